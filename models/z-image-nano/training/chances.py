"""Random variations of colours and measures, kept small.

What a caption does not say is nearly fixed: so little training would otherwise go into guessing it.
"""
import numpy as np

CALM = 0.2  # the share of each random range that is used


def varied(rng, colour, amount=0.035):
    colour, amount = np.asarray(colour, np.float32), amount * CALM
    shifted = colour * (1 + rng.normal(0, amount * 0.7)) + rng.normal(0, amount * 0.5, 3).astype(np.float32)
    return np.clip(shifted, 0, 1).astype(np.float32)


def between(rng, low, high):
    middle, reach = (low + high) / 2, (high - low) / 2 * CALM
    return rng.uniform(middle - reach, middle + reach)
