"""The REST routes: HTTP in, HTTP out, and nothing else."""
