"""Features that a user may try before they are settled. Source: types spec 3.10."""

from typing import Final, Literal, TypeAlias, get_args

from rc_types._base import Omittable, WireModel

ExperimentId: TypeAlias = Literal["preventFocusDisruption", "imageGeneration", "runSlashCommand", "customTools"]
"""A feature by the key that switches it on."""

EXPERIMENT_IDS: Final[tuple[ExperimentId, ...]] = get_args(ExperimentId)


class Experiments(WireModel):
    """Which experiments are switched on; the keys are the experiment ids."""

    prevent_focus_disruption: Omittable[bool] = None
    image_generation: Omittable[bool] = None
    run_slash_command: Omittable[bool] = None
    custom_tools: Omittable[bool] = None
