"""How crisp a shape is drawn: its outline against the ideal shape that fits it best. Geometry only, no learned part.

A picture with one shape of a known kind becomes a coverage, 0 on the ground and 1 on the shape: the colours of both are
fitted with what a drawing may have there (a gradient, a vignette and the shape's shadow; light from above on the shape).
The ideal shape is the one whose outline lies nearest to where the coverage is a half, in least squares.
"""
from dataclasses import dataclass

import numpy as np

from drawing import distance_to
from judgement import background_and_foreground, lab

HALO_FROM, HALO_TO = 12, 64  # pixels from the outline
INSIDE = 6                   # pixels from the outline where the shape has its own colour
RAYS = 720                   # across the outline
STEP = 0.25                  # pixels, along a ray
ROUNDS = 6                   # of the fit, with the colours fitted anew in every other one


@dataclass
class Crispness:
    overlap: float      # intersection over union with the ideal shape
    roughness: float    # root mean square of the outline's distance from the ideal one, per cent of the shape's size
    edge_width: float   # median pixels from 10 to 90 % of the contrast
    halo: float         # mean difference of the ground near the shape from its own colour, of 255


@dataclass
class Shape:
    """an ideal shape; centre and radius in pixels"""
    kind: str
    x: float
    y: float
    radius: float

    def distance(self, height, width):
        x = np.arange(width) + .5 - self.x
        y = np.arange(height) + .5 - self.y
        return distance_to(self.kind, x[None], y[:, None], self.radius)

    def moved(self, dx, dy, growth):
        return Shape(self.kind, self.x + dx, self.y + dy, self.radius * (1 + growth))

    def outline(self, height, width):
        """points on the outline and the directions out of the shape there: [n, 2] each, x before y"""
        distance = self.distance(height, width)
        points = []
        for axis in (0, 1):
            ahead = np.moveaxis(distance, axis, 0)
            crossing = (ahead[:-1] < 0) != (ahead[1:] < 0)
            i, j = np.nonzero(crossing)
            along = i + .5 + ahead[:-1][crossing] / (ahead[:-1][crossing] - ahead[1:][crossing])
            points.append(np.stack([j + .5, along] if axis == 0 else [along, j + .5], -1))
        points = np.concatenate(points)
        points = points[np.linspace(0, len(points) - 1, min(RAYS, len(points))).astype(int)]
        at = lambda dx, dy: distance_to(self.kind, points[:, 0] - self.x + dx, points[:, 1] - self.y + dy, self.radius)
        slope = np.stack([at(.5, 0) - at(-.5, 0), at(0, .5) - at(0, -.5)], -1)
        return points, slope / np.maximum(np.linalg.norm(slope, axis=-1, keepdims=True), 1e-6)

    def size(self):
        """the longer side of the box around it"""
        grid = np.linspace(-1.2, 1.2, 241)
        inside = distance_to(self.kind, grid[None], grid[:, None], 1.0) < 0
        return self.radius * .01 * max(inside.any(0).sum(), inside.any(1).sum())


def ideal_moments(kind):
    """centroid and area of the shape of radius 1"""
    grid = np.linspace(-1.2, 1.2, 481)
    rows, columns = np.nonzero(distance_to(kind, grid[None], grid[:, None], 1.0) < 0)
    return grid[columns].mean(), grid[rows].mean(), len(rows) * .005 ** 2


def first_guess(kind, mask):
    """with the centroid and the area of the mask"""
    rows, columns = np.nonzero(mask)
    x, y, area = ideal_moments(kind)
    radius = np.sqrt(len(rows) / area)
    return Shape(kind, columns.mean() + .5 - x * radius, rows.mean() + .5 - y * radius, radius)


def fitted(values, basis, chosen):
    """colours [h, w, 3] as a combination of the basis pictures, fitted at the chosen pixels"""
    columns = np.stack(np.broadcast_arrays(*basis), -1)
    thinned = np.flatnonzero(chosen)[::max(1, chosen.sum() // 20000)]
    solution, *_ = np.linalg.lstsq(columns.reshape(-1, len(basis))[thinned], values.reshape(-1, 3)[thinned], rcond=None)
    return columns @ solution


def ground_and_shape(picture, shape, distance):
    """the colours that the ground and the shape have, or would have, at each pixel"""
    height, width, _ = picture.shape
    short, r = min(height, width), shape.radius
    y, x = np.mgrid[:height, :width].astype(np.float64)
    v, u = (y + .5) / height - .5, (x + .5) / width - .5
    blur = .10 * r + .012 * short  # the shadow of drawing.py
    shadow_distance = distance_to(shape.kind, x + .5 - shape.x - r * .06, y + .5 - shape.y - r * .12, r)
    shadow = np.clip(.5 - shadow_distance / (2 * blur), 0, 1)
    shadow = shadow * shadow * (3 - 2 * shadow)
    ground = fitted(picture, [np.ones_like(u), u, v, u * u + v * v, shadow, shadow * v], distance > HALO_FROM)
    light = np.clip(-((x + .5 - shape.x) * .6 + y + .5 - shape.y) / r, -1, 1)
    inside = distance < -min(INSIDE, r * .1)
    return ground, fitted(picture, [np.ones_like(light), np.maximum(light, 0), np.minimum(light, 0)], inside)


def coverage_of(picture, ground, colour):
    """how far from the ground's to the shape's colour each pixel is"""
    contrast = colour - ground
    power = (contrast ** 2).sum(-1)
    return ((picture - ground) * contrast).sum(-1) / np.maximum(power, .01)


def sampled(plane, points):
    """bilinear, at [..., 2] points in pixels, x before y"""
    x = np.clip(points[..., 0] - .5, 0, plane.shape[1] - 1.001)
    y = np.clip(points[..., 1] - .5, 0, plane.shape[0] - 1.001)
    i, j = y.astype(int), x.astype(int)
    b, a = y - i, x - j
    return (plane[i, j] * (1 - a) * (1 - b) + plane[i, j + 1] * a * (1 - b) + plane[i + 1, j] * (1 - a) * b
            + plane[i + 1, j + 1] * a * b)


def profiles(coverage, points, directions, reach):
    """coverage along rays from inside to outside [rays, places], and the places in pixels"""
    places = np.arange(-reach, reach + STEP / 2, STEP)
    return sampled(coverage, points[:, None] + directions[:, None] * places[:, None]), places


def crossings(profile, places, level):
    """of each ray: the place nearest to 0 where the coverage falls below the level; the end of the ray without one"""
    falls = (profile[:, :-1] >= level) & (profile[:, 1:] < level)
    share = (profile[:, :-1] - level) / np.where(falls, profile[:, :-1] - profile[:, 1:], 1)
    place = np.where(falls, places[:-1] + STEP * share, np.inf)
    nearest = np.abs(place).argmin(1)
    found = place[np.arange(len(place)), nearest]
    return np.where(np.isfinite(found), found, places[-1])


def edge_widths(profile, places):
    """pixels from the last place of 90 % inside to the first one of 10 % outside"""
    widths = []
    for row, middle in zip(profile, crossings(profile, places, .5)):
        inner = places[(places < middle) & (row >= .9)]
        outer = places[(places > middle) & (row <= .1)]
        if len(inner) and len(outer):
            widths.append(outer[0] - inner[-1] - STEP)
    return np.array(widths)


def best_fit(picture, shape, coverage):
    """moves and grows the shape until its outline is nearest to where the coverage is a half -> shape, coverage"""
    height, width, _ = picture.shape
    for round_ in range(ROUNDS):
        points, directions = shape.outline(height, width)
        if len(points) < 20:
            break
        profile, places = profiles(coverage, points, directions, max(16, .12 * shape.radius))
        off = crossings(profile, places, .5)
        usual = np.clip(off, *np.percentile(off, [5, 95]))
        arms = ((points - [shape.x, shape.y]) * directions).sum(-1)
        (dx, dy, growth), *_ = np.linalg.lstsq(np.column_stack([directions, arms]), usual, rcond=None)
        shape = shape.moved(dx, dy, np.clip(growth, -.2, .2))
        if round_ % 2:
            coverage = coverage_of(picture, *ground_and_shape(picture, shape, shape.distance(height, width)))
    return shape, coverage


def crispness_of(picture, kind):
    """picture 0..1 [h, w, 3] with one shape of that kind -> Crispness, or None where no shape was found"""
    picture = np.asarray(picture, np.float64)
    height, width, _ = picture.shape
    small = picture[:height // 4 * 4, :width // 4 * 4].reshape(height // 4, 4, width // 4, 4, 3).mean((1, 3))
    _, mask, _ = background_and_foreground(lab(small))
    if mask.sum() < 12:
        return None
    guess = first_guess(kind, mask)
    shape = Shape(kind, guess.x * 4, guess.y * 4, guess.radius * 4)
    coverage = coverage_of(picture, *ground_and_shape(picture, shape, shape.distance(height, width)))
    shape, coverage = best_fit(picture, shape, coverage)
    points, directions = shape.outline(height, width)
    if len(points) < 20:
        return None
    distance = shape.distance(height, width)
    ideal, drawn = distance < 0, coverage > .5
    profile, places = profiles(coverage, points, directions, max(16, .12 * shape.radius))
    off, widths = crossings(profile, places, .5), edge_widths(profile, places)
    ground, _ = ground_and_shape(picture, shape, distance)
    near = (distance > HALO_FROM) & (distance < HALO_TO)
    return Crispness(
        overlap=float((ideal & drawn).sum() / (ideal | drawn).sum()),
        roughness=float(100 * np.sqrt((off ** 2).mean()) / shape.size()),
        edge_width=float(np.median(widths)) if len(widths) else 2 * places[-1],
        halo=float(255 * np.abs(picture - ground)[near].mean()))
