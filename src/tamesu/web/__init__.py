"""The local pages: they read files and start verbs, have no state of their own, and never import torch."""
