"""Where foreign code runs."""
