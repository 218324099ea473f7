"""`python -m rc_ipc` is the program `rc-ipc`."""

import sys

from rc_ipc.cli import main

if __name__ == "__main__":
    sys.exit(main())
