"""The `roo` command-line program as an agent, driven through its stream-json protocol (spec 22)."""

from rc_evals.agents.roo_cli.agent import RooCliAgent, make_roo_cli

__all__ = ["RooCliAgent", "make_roo_cli"]
