"""Runs that leave the data folder and come back: documents, tables, archives, reports."""
