"""The pages, for people. Each is a GET that works by itself; what changes something is a form, answered by a page."""
