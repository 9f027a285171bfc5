"""What is in an output file: its kind, and its first rows or lines."""
