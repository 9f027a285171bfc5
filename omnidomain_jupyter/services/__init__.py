"""What the product does, in plain synchronous Python without HTTP or SQL."""
