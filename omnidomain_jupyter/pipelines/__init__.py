"""What can be run: pipelines as data, and their command lines."""
