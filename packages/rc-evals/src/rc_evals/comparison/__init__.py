"""Runs compared: what two made of the same tasks and whether that is chance, and several as a matrix."""
