"""Languages as data, their tools on this machine, and what their tests say."""
