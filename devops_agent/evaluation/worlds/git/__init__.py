"""A Git repository and its client."""
