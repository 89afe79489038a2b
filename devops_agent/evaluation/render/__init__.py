"""What real tools print, from plain values."""
