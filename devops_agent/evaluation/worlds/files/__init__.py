"""A tree of files and the programs that work on it."""
