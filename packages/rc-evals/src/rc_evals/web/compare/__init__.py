"""Comparing runs in the dashboard."""
