"""What to say, and to offer, when learning goes wrong."""

from nnviz.runs.snapshot import Snapshot


def divergence(snapshot: Snapshot) -> str:
    """Why a run has stopped that has diverged."""
    rate = snapshot.experiment.training.learning_rate
    return (
        f"Stopped at step {snapshot.step:,}: the weights have grown beyond all numbers. "
        f"The learning rate η = {rate:g} is too large here: each step overshoots further than the last."
    )


def breakdown(error: BaseException) -> str:
    """What to say of an error that nobody foresaw."""
    return (
        f"Something went wrong inside nnviz: {type(error).__name__}: {error}. Training is paused; go on, or reset."
    )
