"""The evaluation platform, proven as a person uses it: through its command line, with real processes and files."""
