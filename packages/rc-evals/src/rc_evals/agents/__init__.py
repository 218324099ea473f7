"""Who solves the exercises."""
