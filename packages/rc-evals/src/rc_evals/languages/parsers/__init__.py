"""Readers of test results, one per format. Pure; hostile bytes yield fewer results, never an exception."""
