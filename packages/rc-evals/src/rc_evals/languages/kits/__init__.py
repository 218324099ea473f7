"""What single languages need beyond programs on PATH."""
