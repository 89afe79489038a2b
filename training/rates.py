"""The course of the learning rate, in figures that a card can keep."""

MATRIX_RATE = 0.02
OTHER_RATE = 2e-3
WARM_UP_STEPS = 100
DECAY_FROM = 0.7
"""Share of the tokens after which the rate falls, in a straight line."""
LEAST_RATE = 0.03
RATES = {
    "matrices": MATRIX_RATE,
    "others": OTHER_RATE,
    "warm_up_steps": WARM_UP_STEPS,
    "decay_from": DECAY_FROM,
    "least": LEAST_RATE,
}


def rate(step: int, progress: float) -> float:
    """The share of the full learning rate at a step, where `progress` (0 to 1) is how much of the run is done."""
    falling = (1 - progress) / (1 - DECAY_FROM)
    return min(1.0, (step + 1) / WARM_UP_STEPS) * max(LEAST_RATE, min(1.0, falling))
