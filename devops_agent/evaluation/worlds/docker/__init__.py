"""A Docker host and its client."""
