"""`python -m rc_evals` is the program `rc-evals`."""

from rc_evals.cli import main

main()
