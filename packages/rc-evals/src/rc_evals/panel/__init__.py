"""The panel: hostile agents that try what must not work, so that a suite and a machine can be certified."""
