"""Sample sheets: read, validate, and point at the cell."""
