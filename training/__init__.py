"""Makes the small model that ships with devops-agent; never imported by the package itself."""
