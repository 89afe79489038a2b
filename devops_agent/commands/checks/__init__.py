"""What `devops-agent doctor` looks at, one group of checks a file."""
