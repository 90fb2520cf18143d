"""splitters."""
