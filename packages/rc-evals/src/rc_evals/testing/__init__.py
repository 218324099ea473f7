"""For tests of agents, suites and whatever looks at runs: exercises made of strings, stages, runs without agents."""

from rc_evals.testing.programs import write_scripted_roo
from rc_evals.testing.runs import BEGAN, RecordedRun, Recorder, recorder
from rc_evals.testing.stages import SAMPLE_TASK, RecordingStage, make_exercise

__all__ = [
    "BEGAN",
    "SAMPLE_TASK",
    "RecordedRun",
    "Recorder",
    "RecordingStage",
    "make_exercise",
    "recorder",
    "write_scripted_roo",
]
