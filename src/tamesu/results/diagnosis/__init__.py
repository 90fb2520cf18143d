"""What is wrong with a run, told from its curves and its out-of-fold predictions. NumPy, never torch."""
