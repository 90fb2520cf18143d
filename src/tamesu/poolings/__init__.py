"""poolings."""
