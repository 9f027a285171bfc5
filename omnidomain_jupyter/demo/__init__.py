"""`make demo`: the whole way from a sample sheet to a table of results, once."""
