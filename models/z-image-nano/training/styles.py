"""The styles of the adapters: what becomes of a drawing at 1/8 of its size."""
import numpy as np

BLUEPRINT_GROUND = np.array([0.05, 0.20, 0.50], np.float32)
BLUEPRINT_LINE = np.array([0.88, 0.94, 1.0], np.float32)
CHALK_BOARD = np.array([0.10, 0.15, 0.13], np.float32)


def edges(small):
    """[h, w, 3] in 0..1 -> [h, w, 1] in 0..1: where colours change, a pixel wide"""
    padded = np.pad(small, ((1, 1), (1, 1), (0, 0)), mode="edge")
    across = padded[1:-1, 2:] - padded[1:-1, :-2]
    down = padded[2:, 1:-1] - padded[:-2, 1:-1]
    change = np.sqrt((across ** 2 + down ** 2).sum(-1, keepdims=True))
    return np.clip((change - 0.12) * 1.6, 0, 1)


def blueprint(small):
    """Light lines on blue paper; what was bright is a little lighter than the paper."""
    light = small.mean(-1, keepdims=True)
    paper = BLUEPRINT_GROUND * (0.9 + 0.25 * light)
    line = edges(small)
    return paper * (1 - line) + BLUEPRINT_LINE * line


def chalk(small):
    """Chalk of the shape's own colour on a dark board: its outline strong, its inside rubbed."""
    light = small / np.maximum(small.max(-1, keepdims=True), 0.05) * 0.55 + 0.45
    coloured = small.max(-1, keepdims=True) - small.min(-1, keepdims=True)
    cover = np.clip(edges(small) * 0.95 + 0.30 * np.clip(coloured * 1.5, 0, 1), 0, 1)
    return CHALK_BOARD * (1 - cover) + light * cover


STYLES = dict(blueprint=blueprint, chalk=chalk)
