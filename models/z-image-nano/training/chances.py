"""Random variations of colours and measures, kept small.

What a caption does not say is nearly fixed: so little training would otherwise go into guessing it.
"""
import numpy as np

calm = 0.2  # the share of each random range that is used


def fix():
    """From now on what a caption does not say is always the same: outlines that differ by a hundredth are learned as blurred ones."""
    global calm
    calm = 0


def unsaid(rng, part=0):
    """the generator for places and numbers that no caption tells; when they are fixed, one that always says the same for this part"""
    return rng if calm else np.random.default_rng(part)


def varied(rng, colour, amount=0.035):
    colour, amount = np.asarray(colour, np.float32), amount * calm
    shifted = colour * (1 + rng.normal(0, amount * 0.7)) + rng.normal(0, amount * 0.5, 3).astype(np.float32)
    return np.clip(shifted, 0, 1).astype(np.float32)


def between(rng, low, high):
    middle, reach = (low + high) / 2, (high - low) / 2 * calm
    return rng.uniform(middle - reach, middle + reach)
