"""Knowing the data before believing a score: each file here judges one thing and returns findings; NumPy, never torch."""
