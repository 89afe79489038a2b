"""What people ask, and what a good agent does about it."""
