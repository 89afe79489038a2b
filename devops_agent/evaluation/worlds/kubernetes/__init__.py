"""A cluster, kubectl and helm."""
