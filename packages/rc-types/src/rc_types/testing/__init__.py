"""For tests of whatever sends or reads these shapes: the smallest instance of each, and Hypothesis strategies.

minimal(ClineMessage)               # the same one every time
@given(instances(task_event))       # any event; needs `pip install rc-types[testing]`
@given(wire_values(RooCodeSettings))  # the same as decoded JSON
@given(mutants(ipc_message))        # decoded JSON with one thing changed, mostly refused
"""

from rc_types.testing._minimal import minimal
from rc_types.testing._strategies import instances, mutants, wire_values

__all__ = ["instances", "minimal", "mutants", "wire_values"]
