"""The verb `explain`: what is wrong with a run, the images behind it, and what to try next."""
