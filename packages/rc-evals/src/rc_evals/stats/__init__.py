"""Statistics of verdicts and of what they cost (spec 24.8). Counts in, numbers out: no I/O and no chance."""

from rc_evals.stats.amounts import PairedAmounts, paired_amounts
from rc_evals.stats.paired import Interval, holm, mcnemar, rate_difference, sign_flip
from rc_evals.stats.rates import PassRate, clustered, wilson
from rc_evals.stats.repeats import Repeats, all_of_k, pass_at_k, repeats

__all__ = [
    "Interval",
    "PairedAmounts",
    "PassRate",
    "Repeats",
    "all_of_k",
    "clustered",
    "holm",
    "mcnemar",
    "paired_amounts",
    "pass_at_k",
    "rate_difference",
    "repeats",
    "sign_flip",
    "wilson",
]
