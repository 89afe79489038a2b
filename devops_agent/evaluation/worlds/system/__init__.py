"""An operating system and the programs that look at it."""
