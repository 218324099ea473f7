"""The programs of the attacks. They run in the sandbox, alone with `common`: standard library only."""
