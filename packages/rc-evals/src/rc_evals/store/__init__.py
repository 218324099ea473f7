"""The store: SQLite, written by one journal and read by anybody."""
