"""Live news of runs: one watcher follows a run for all who look at it, and every event is encoded once."""
