"""For tests of whatever sends or reads these shapes: the smallest instance of each, and Hypothesis strategies.

minimal(ClineMessage)                   # required members only, the same every time
@given(instances(task_event))           # any event
@given(wire_values(RooCodeSettings))    # the same as decoded JSON
@given(mutants(ipc_message))            # decoded JSON with one place changed, mostly refused

Strategies need `pip install rc-types[testing]`. For ports there are `rc_types.testing.contracts`, which a provider runs
against itself, and `rc_types.testing.memory`, providers that pass them.
"""

from rc_types.testing._minimal import minimal
from rc_types.testing._strategies import instances, mutants, wire_values

__all__ = ["instances", "minimal", "mutants", "wire_values"]
