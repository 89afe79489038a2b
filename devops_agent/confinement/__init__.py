"""What the kernel enforces: commands that nobody was asked about can read, and nothing else."""
