"""The dashboard: pages, an API and live news of the runs in one data folder. Only `serve` imports any of it."""
