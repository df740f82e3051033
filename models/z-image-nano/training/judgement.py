"""Reads colours, kinds and positions of flat shapes off a picture, without any learned part."""
import numpy as np
from PIL import Image

from drawing import distance_to, rotated
from vocabulary import COLOUR_NAMES as COLOURS, SHAPE_NAMES as KINDS, rgb as colour_of

SIDE = 128  # pictures are judged with this short side


def lab(rgb):
    rgb = np.asarray(rgb, np.float64)
    linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    matrix = np.array([[.4124, .3576, .1805], [.2126, .7152, .0722], [.0193, .1192, .9505]])
    xyz = linear @ matrix.T / np.array([.9505, 1, 1.089])
    f = np.where(xyz > .008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


PALETTE = lab(np.array([colour_of(name) for name in COLOURS]))


def palette_distances(colour):
    return ((PALETTE - colour) ** 2 * np.array([.6, 1, 1])).sum(-1)


def nearest_colour(colour):
    return COLOURS[int(np.argmin(palette_distances(colour)))]


def judged_size(picture):
    """picture 0..1 [h, w, 3] -> the same with a short side of SIDE pixels"""
    height, width, _ = picture.shape
    factor = SIDE / min(height, width)
    if factor == 1:
        return np.asarray(picture, np.float64)
    size = (round(width * factor), round(height * factor))
    how = Image.BOX if factor < 1 else Image.BILINEAR
    planes = [Image.fromarray(np.asarray(picture[..., k], np.float32), "F").resize(size, how) for k in range(3)]
    return np.stack([np.asarray(plane) for plane in planes], -1).clip(0, 1).astype(np.float64)


def background_and_foreground(colours, most=np.inf):
    """Lab picture -> background colour, and the mask and distance of what differs from a smooth background.

    A pixel has to differ by a share of what the most different ones do, but `most` is always enough; shadows differ less.
    """
    height, width, _ = colours.shape
    band = max(2, min(height, width) // 24)
    edge = np.zeros((height, width), bool)
    edge[:band] = edge[-band:] = True
    edge[:, :band] = edge[:, -band:] = True
    background = np.median(colours[edge], 0)
    y, x = np.mgrid[:height, :width]
    plane = np.stack([np.ones(height * width), y.ravel() / height - .5, x.ravel() / width - .5], -1)
    usable = edge.ravel() & (np.abs(colours.reshape(-1, 3) - background).sum(-1) < 60)
    model = np.broadcast_to(background, colours.shape)
    if usable.sum() > 30:  # a linear model, for gradients
        solution, *_ = np.linalg.lstsq(plane[usable], colours.reshape(-1, 3)[usable], rcond=None)
        model = (plane @ solution).reshape(colours.shape)
    distance = np.sqrt(((colours - model) ** 2).sum(-1))
    return background, distance > max(18, min(0.45 * np.percentile(distance, 99.5), most)), distance


def median_colour(colours, mask, distance):
    """colour of the inside: the pixels that differ least from the background are its rim"""
    inside = mask & (distance >= np.percentile(distance[mask], 30))
    return np.median(colours[inside], 0)


def normalised_mask(mask, size=48):
    rows, columns = np.nonzero(mask)
    if len(rows) < 12:
        return None
    reach = np.sqrt(len(rows)) * 1.25
    grid = (np.arange(size) + .5) / size * 2 - 1
    i = (rows.mean() + grid * reach).round().astype(int)
    j = (columns.mean() + grid * reach).round().astype(int)
    inside = ((i >= 0) & (i < mask.shape[0]))[:, None] & ((j >= 0) & (j < mask.shape[1]))[None]
    return (mask[np.ix_(i.clip(0, mask.shape[0] - 1), j.clip(0, mask.shape[1] - 1))] & inside).astype(float)


def template_masks():
    grid = ((np.arange(160) + .5) / 160 * 2 - 1) * 1.2
    masks = []
    for kind in KINDS:
        for angle in (-.2, 0, .2):
            x, y = rotated(grid[None], grid[:, None], angle)
            masks.append((kind, normalised_mask(distance_to(kind, x, y, 1.0) < 0)))
    return masks


TEMPLATES = template_masks()


def kind_of(mask):
    found = normalised_mask(mask)
    if found is None:
        return None
    overlap = lambda template: np.minimum(found, template).sum() / np.maximum(found, template).sum()
    return max((overlap(template), kind) for kind, template in TEMPLATES)[1]


def judge_one(picture):
    """-> (background colour, shape colour, shape kind) of a picture with one shape"""
    colours = lab(judged_size(picture))
    background, mask, distance = background_and_foreground(colours)
    if mask.sum() < 12:
        return nearest_colour(background), None, None
    return nearest_colour(background), nearest_colour(median_colour(colours, mask, distance)), kind_of(mask)


def parts(mask, smallest):
    """connected parts of a mask, largest first"""
    label = np.zeros(mask.shape, int)
    found = []
    for start in zip(*np.nonzero(mask)):
        if label[start]:
            continue
        label[start] = len(found) + 1
        stack, count = [start], 0
        while stack:
            i, j = stack.pop()
            count += 1
            for near in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                if 0 <= near[0] < mask.shape[0] and 0 <= near[1] < mask.shape[1] and mask[near] and not label[near]:
                    label[near] = label[start]
                    stack.append(near)
        found.append(count)
    order = np.argsort(found)[::-1] if found else []
    return [label == index + 1 for index in order if found[index] >= smallest]


def judge_two(picture, first, second):
    """A picture that should show one shape of colour `first` and one of colour `second`.

    -> (colours of the two largest parts, their kinds, (dx, dy) from the part that is more like `second` to the other),
    or (None, None, None) when there are not two parts.
    """
    colours = lab(judged_size(picture))
    _, mask, distance = background_and_foreground(colours, most=32)  # the one with less contrast counts as well
    found = parts(mask, smallest=60)[:2]
    if len(found) < 2:
        return None, None, None
    medians = [median_colour(colours, part, distance) for part in found]
    cost = [palette_distances(median) for median in medians]
    a, b = COLOURS.index(first), COLOURS.index(second)
    if cost[0][a] + cost[1][b] > cost[1][a] + cost[0][b]:
        found, medians = found[::-1], medians[::-1]
    centre = [np.array([columns.mean(), rows.mean()]) for rows, columns in map(np.nonzero, found)]
    return [nearest_colour(median) for median in medians], [kind_of(part) for part in found], centre[0] - centre[1]
