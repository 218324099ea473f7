"""What is to be solved: suites, their exercises, workspaces and what becomes of them."""
