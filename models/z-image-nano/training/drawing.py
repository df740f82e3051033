"""Flat pictures from drawing operations, antialiased at any size with signed distances.

Coordinates do not depend on the resolution: the short side is 1, the origin is the centre, y points down. Drawn at 1/8 of the
size, a picture is (nearly) what averaging the full-size picture over 8x8 pixels gives.
"""
import math

import numpy as np

f32 = np.float32
WAVE_HEIGHT = 0.0035


class Canvas:
    def __init__(self, height, width, crop=None):
        """crop: (top, left, rows, columns) of the pixels that are drawn; all of them without it"""
        top, left, rows, columns = crop or (0, 0, height, width)
        short = min(height, width)
        self.pixel = 1.0 / short
        self.whole_height, self.whole_width = height * self.pixel, width * self.pixel
        self.height, self.width = rows, columns
        self.x = ((np.arange(left, left + columns, dtype=f32) + 0.5) / short - width / (2 * short))[None, :]
        self.y = ((np.arange(top, top + rows, dtype=f32) + 0.5) / short - height / (2 * short))[:, None]
        self.left, self.top = width / 2 - left, height / 2 - top  # pixels from the first one to the centre
        self.picture = np.zeros((rows, columns, 3), f32)

    def window(self, left, top, right, bottom, margin=2):
        """the pixels of a rectangle, or None when it lies outside"""
        scale = 1 / self.pixel
        column0 = max(0, int(left * scale + self.left) - margin)
        column1 = min(self.width, int(right * scale + self.left) + margin + 1)
        row0 = max(0, int(top * scale + self.top) - margin)
        row1 = min(self.height, int(bottom * scale + self.top) + margin + 1)
        if row0 >= row1 or column0 >= column1:
            return None
        return slice(row0, row1), slice(column0, column1)

    def rows_below(self, y):
        """all pixels from height y down, or None"""
        row = max(0, int(y / self.pixel + self.top) - 1)
        return None if row >= self.height else (slice(row, self.height), slice(0, self.width))

    def coverage(self, distance):
        return np.clip(0.5 - distance * (1 / self.pixel), 0, 1)

    def below(self, y, line):
        """coverage of what is under a horizontal line"""
        return np.clip(0.5 + (y - line) / self.pixel, 0, 1)

    def paint(self, window, opacity, colour):
        region = self.picture[window]
        region += opacity[..., None] * (colour - region)


# ---------------------------------------------------------------- shapes
def circle(x, y, r):
    return np.sqrt(x * x + y * y) - r * 0.95


def square(x, y, r):
    return np.maximum(np.abs(x), np.abs(y)) - r * 0.84


def diamond(x, y, r):
    return (np.abs(x) * 1.25 + np.abs(y)) * (1 / 1.6) - r * 0.66


def triangle(x, y, r):
    lowered = y - r * 0.12
    return np.maximum(np.abs(x) * 0.866 - lowered * 0.5 - r * 0.5, lowered - r * 0.62)


def hexagon(x, y, r):
    x, y = np.abs(x), np.abs(y)
    return np.maximum(y * 0.866 + x * 0.5, x) - r * 0.85


def ring(x, y, r):
    return np.abs(np.sqrt(x * x + y * y) - r * 0.72) - r * 0.22


def cross(x, y, r):
    x, y = np.abs(x), np.abs(y)
    return np.minimum(np.maximum(x - r * 0.9, y - r * 0.3), np.maximum(y - r * 0.9, x - r * 0.3))


def crescent(x, y, r):
    disc = np.sqrt(x * x + y * y) - r * 0.92
    bite = np.sqrt((x - r * 0.42) ** 2 + (y + r * 0.1) ** 2) - r * 0.76
    return np.maximum(disc, -bite)


def star(x, y, r):
    """folded twice along the star's axes until one edge is left"""
    cosine, sine, depth = 0.809016994, -0.587785252, 0.45
    px, py = np.abs(x), -(y - r * 0.06)
    fold = np.maximum(cosine * px + sine * py, 0) * 2
    px, py = px - fold * cosine, py - fold * sine
    fold = np.maximum(-cosine * px + sine * py, 0) * 2
    px, py = np.abs(px + fold * cosine), py - fold * sine - r
    edge_x, edge_y = depth * 0.587785252, depth * 0.809016994 - 1.0
    along = np.clip((px * edge_x + py * edge_y) / (edge_x * edge_x + edge_y * edge_y), 0, r)
    qx, qy = px - edge_x * along, py - edge_y * along
    return np.sqrt(qx * qx + qy * qy) * np.sign(py * edge_x - px * edge_y)


def heart(x, y, r):
    size = r * 1.62
    px, py = np.abs(x) / size, -y / size + 0.56
    lobe = np.sqrt((px - 0.25) ** 2 + (py - 0.75) ** 2) - 0.35355339
    middle = 0.5 * np.maximum(px + py, 0)
    nearest = np.minimum(px * px + (py - 1) ** 2, (px - middle) ** 2 + (py - middle) ** 2)
    return np.where(px + py > 1, lobe, np.sqrt(nearest) * np.sign(px - py)) * size


SHAPES = dict(circle=circle, square=square, diamond=diamond, triangle=triangle, hexagon=hexagon, ring=ring, cross=cross,
              crescent=crescent, star=star, heart=heart)


def distance_to(kind, x, y, r):
    """signed distance (approximate) to a shape of 'radius' r at the origin"""
    return SHAPES[kind](x, y, r)


def rotated(x, y, angle):
    if angle == 0:
        return x, y
    cosine, sine = math.cos(angle), math.sin(angle)
    return cosine * x + sine * y, -sine * x + cosine * y


# ---------------------------------------------------------------- operations
def sky(canvas, stops):
    """vertical gradient; stops = [(t, colour)], t from 0 at the top to 1"""
    t = canvas.y[:, 0] / canvas.whole_height + 0.5
    places = [stop[0] for stop in stops]
    colour = np.stack([np.interp(t, places, [stop[1][k] for stop in stops]) for k in range(3)], -1).astype(f32)
    canvas.picture[:] = colour[:, None, :]


def background(canvas, colour, second, angle, vignette):
    x, y = canvas.x / canvas.whole_width, canvas.y / canvas.whole_height
    t = np.clip(x * math.cos(angle) + y * math.sin(angle) + 0.5, 0, 1)[..., None]
    canvas.picture[:] = colour + (second - colour) * t
    if vignette:
        canvas.picture *= (1 - vignette * (x ** 2 + y ** 2))[..., None]


def shadow(canvas, kind, cx, cy, r, angle, strength):
    offset, blur = r * 0.12, 0.10 * r + 0.012
    window = canvas.window(cx - r * 1.5, cy - r * 1.5, cx + r * 1.7, cy + r * 1.7)
    if window:
        x, y = rotated(canvas.x[:, window[1]] - cx - offset * 0.5, canvas.y[window[0]] - cy - offset, angle)
        a = np.clip(0.5 - distance_to(kind, x, y, r) / (2 * blur), 0, 1)
        a = a * a * (3 - 2 * a) * strength
        canvas.picture[window] *= (1 - a)[..., None]


def shape(canvas, kind, cx, cy, r, colour, angle, shading, shadow_strength):
    if shadow_strength:
        shadow(canvas, kind, cx, cy, r, angle, shadow_strength)
    window = canvas.window(cx - r * 1.3, cy - r * 1.3, cx + r * 1.3, cy + r * 1.3)
    if not window:
        return
    x0, y0 = canvas.x[:, window[1]] - cx, canvas.y[window[0]] - cy
    x, y = rotated(x0, y0, angle)
    opacity = canvas.coverage(distance_to(kind, x, y, r))
    light = np.clip(-(x0 * 0.6 + y0) / r, -1, 1)[..., None] * shading
    canvas.paint(window, opacity, np.where(light > 0, colour + (1 - colour) * light, colour * (1 + light)))


def glow(canvas, cx, cy, r, colour, strength):
    window = canvas.window(cx - 3 * r, cy - 3 * r, cx + 3 * r, cy + 3 * r)
    if window:
        squared = (canvas.x[:, window[1]] - cx) ** 2 + (canvas.y[window[0]] - cy) ** 2
        canvas.paint(window, strength * np.maximum(np.exp(-squared / (2 * r * r)) - 0.0111, 0), colour)


def stars(canvas, xs, ys, radii, strengths):
    for x, y, r, strength in zip(xs, ys, radii, strengths):
        variance = r * r + canvas.pixel * canvas.pixel / 12  # a star smaller than a pixel is spread over it
        reach = 3 * math.sqrt(variance)
        window = canvas.window(x - reach, y - reach, x + reach, y + reach)
        if window:
            squared = (canvas.x[:, window[1]] - x) ** 2 + (canvas.y[window[0]] - y) ** 2
            canvas.paint(window, strength * (r * r / variance) * np.exp(-squared / (2 * variance)), np.array([1, 1, 0.93], f32))


def cloud(canvas, cx, cy, size, puffs, colour, shade, opacity):
    window = canvas.window(cx - 2.2 * size, cy - 1.2 * size, cx + 2.2 * size, cy + 0.6 * size)
    if not window:
        return
    x, y = canvas.x[:, window[1]] - cx, canvas.y[window[0]] - cy
    distance = None
    for px, py, r in puffs:
        puff = np.sqrt((x - px * size) ** 2 + (y - py * size) ** 2) - r * size
        distance = puff if distance is None else np.minimum(distance, puff)
    distance = np.maximum(distance, y - 0.22 * size)  # flat below
    t = np.clip((y / size + 0.6) / 0.9, 0, 1)[..., None]
    canvas.paint(window, canvas.coverage(distance) * opacity, colour + (shade - colour) * t)


def mountains(canvas, peaks, base, top_colour, bottom_colour, snow, light, roughness, phase):
    """peaks = [(x, height above base, slope)]; snow = None or (colour, share of the height)"""
    x = canvas.x[0]
    heights = np.stack([height - slope * np.abs(x - centre) for centre, height, slope in peaks])
    nearest = heights.argmax(0)
    wobble = roughness * (np.sin(x * 31 + phase) * 0.6 + np.sin(x * 67 + 2 * phase) * 0.4)
    line = base - np.maximum(heights.max(0) + wobble, -0.02)
    centre, height, slope = (np.array([peak[k] for peak in peaks], f32)[nearest] for k in range(3))
    window = canvas.rows_below(float(line.min()))
    if window is None:
        return
    y = canvas.y[window[0]]
    opacity = np.clip(0.5 + (y - line) / (canvas.pixel * np.sqrt(1 + 0.6 * slope * slope)), 0, 1)
    t = np.clip((y - (base - height)) / (height + 0.02), 0, 1)[..., None]
    colour = top_colour + (bottom_colour - top_colour) * t
    # a lit and a shaded face; the border between them wiggles down from the peak
    face = np.clip(0.5 + (x - centre - 0.25 * (y - base + height) - 0.015 * np.sin(y * 60 + phase)) / (canvas.pixel * 1.5), 0, 1)
    face = 1 - face if light < 0 else face
    colour = colour * (1 - 0.17 * face)[..., None]
    if snow is not None:
        snow_colour, share = snow
        edge = (base - height) + share * height + 0.022 * np.sin(x * 55 + phase) + 0.016 * np.sin(x * 97 + 3 * phase)
        amount = np.clip(0.5 - (y - edge) / (canvas.pixel * 1.3), 0, 1)
        colour = colour + amount[..., None] * (snow_colour * (1 - 0.14 * face)[..., None] - colour)
    canvas.paint(window, opacity, colour)


def hill_line(x, base, waves):
    y = np.full_like(x, base) if isinstance(x, np.ndarray) else base
    for amplitude, frequency, phase in waves:
        y = y + amplitude * np.sin(frequency * x + phase)
    return y


def hill(canvas, base, waves, top_colour, bottom_colour, depth):
    line = hill_line(canvas.x[0], f32(base), waves).astype(f32)
    window = canvas.rows_below(float(line.min()))
    if window is None:
        return
    y = canvas.y[window[0]]
    t = np.clip((y - line) / depth, 0, 1)[..., None]
    canvas.paint(window, canvas.below(y, line), top_colour + (bottom_colour - top_colour) * t)


def sea(canvas, top, bottom, top_colour, bottom_colour, reflection, waves, wave_colour):
    window = canvas.window(-9, top, 9, bottom)
    if not window:
        return
    x, y = canvas.x, canvas.y[window[0]]
    whole = (window[0], slice(0, canvas.width))
    t = np.clip((y - top) / max(0.3, bottom - top), 0, 1)[..., None]
    canvas.paint(whole, canvas.below(y, top) * np.ones_like(x), top_colour + (bottom_colour - top_colour) * t)
    if reflection is not None:
        centre, width, colour, strength = reflection
        depth = np.clip(y - top, 0, 9)
        light = np.exp(-((x - centre) / (width * (0.7 + 1.2 * depth))) ** 2) * strength * np.exp(-depth * 2.2)
        canvas.paint(whole, light * (0.75 + 0.25 * np.sin(depth * 90)) * canvas.below(y, top), colour)
    for wave in waves:
        draw_wave(canvas, *wave, wave_colour)


def draw_wave(canvas, cx, cy, half, colour):
    window = canvas.window(cx - half, cy - 0.01, cx + half, cy + 0.01)
    if window:
        x, y = canvas.x[:, window[1]] - cx, canvas.y[window[0]] - cy
        distance = np.maximum(np.abs(y) - WAVE_HEIGHT * np.clip(1 - (x / half) ** 2, 0, 1), np.abs(x) - half)
        canvas.paint(window, canvas.coverage(distance) * 0.45, colour)


def polygon(canvas, points, colour, lower_colour=None):
    """convex, clockwise on the screen; with a second colour, a vertical gradient"""
    xs, ys = zip(*points)
    window = canvas.window(min(xs), min(ys), max(xs), max(ys))
    if not window:
        return
    x, y = canvas.x[:, window[1]], canvas.y[window[0]]
    distance = None
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]]):
        ex, ey = bx - ax, by - ay
        edge = ((x - ax) * ey - (y - ay) * ex) / (math.hypot(ex, ey) + 1e-9)
        distance = edge if distance is None else np.maximum(distance, edge)
    if lower_colour is not None:
        t = np.clip((y - min(ys)) / (max(ys) - min(ys) + 1e-6), 0, 1)[..., None]
        colour = colour + (lower_colour - colour) * t
    canvas.paint(window, canvas.coverage(distance), colour)


def box(canvas, left, top, right, bottom, colour, lower_colour=None):
    polygon(canvas, [(left, top), (right, top), (right, bottom), (left, bottom)], colour, lower_colour)


def tree(canvas, x, y, size, kind, colour, trunk):
    polygon(canvas, [(x - 0.05 * size, y - 0.3 * size), (x + 0.05 * size, y - 0.3 * size), (x + 0.06 * size, y), (x - 0.06 * size, y)], trunk)
    if kind == "pine":
        for k, (bottom, half, top) in enumerate([(0.16, 0.34, 0.6), (0.40, 0.27, 0.82), (0.62, 0.2, 1.0)]):
            shade, tip = colour * (0.86 + 0.1 * k), (x, y - top * size)
            polygon(canvas, [tip, (x + half * size, y - bottom * size), (x - half * size, y - bottom * size)], shade)
            polygon(canvas, [tip, (x + half * size, y - bottom * size), (x + 0.05 * size, y - bottom * size)], shade * 0.86)
        return
    for dx, dy, r, brightness in ((0.0, 0.62, 0.34, 0.9), (-0.1, 0.7, 0.22, 1.08)):
        cx, cy, r = x + dx * size, y - dy * size, r * size
        window = canvas.window(cx - r, cy - r, cx + r, cy + r)
        if window:
            distance = np.sqrt((canvas.x[:, window[1]] - x - dx * size) ** 2 + (canvas.y[window[0]] - y + dy * size) ** 2) - r
            canvas.paint(window, canvas.coverage(distance), np.clip(colour * brightness, 0, 1))


def house(canvas, x, y, size, wall, roof, window_colour, door, trim):
    """a front with a gable; y = the ground, size = the width"""
    eaves = y - 0.62 * size
    box(canvas, x + .24 * size, eaves - .42 * size, x + .34 * size, eaves - .05 * size, roof * 0.75)  # chimney
    box(canvas, x - .5 * size, eaves, x + .5 * size, y, np.clip(wall * 1.05, 0, 1), wall * 0.9)
    polygon(canvas, [(x, eaves - .5 * size), (x + .62 * size, eaves + .03 * size), (x - .62 * size, eaves + .03 * size)], roof, roof * 0.88)
    box(canvas, x - .09 * size, y - .36 * size, x + .09 * size, y, door)
    for side in (-.29, .29):
        cx, cy = x + side * size, y - .36 * size
        for half, colour in ((.105 * size, trim), (.08 * size, window_colour)):
            box(canvas, cx - half, cy - half, cx + half, cy + half, colour)


def boat(canvas, x, y, size, sail, second_sail, hull, mast, flipped):
    side = -1 if flipped else 1
    place = lambda points: [(x + side * a * size, y + b * size) for a, b in (points if side == 1 else points[::-1])]
    polygon(canvas, place([(-.012, -.98), (.012, -.98), (.012, -.1), (-.012, -.1)]), mast)
    polygon(canvas, place([(.03, -.95), (.46, -.2), (.03, -.2)]), sail, sail * 0.93)
    polygon(canvas, place([(-.03, -.8), (-.03, -.2), (-.34, -.2)]), second_sail, second_sail * 0.92)
    polygon(canvas, place([(-.5, -.14), (.56, -.14), (.38, .08), (-.36, .08)]), hull, hull * 0.8)


OPERATIONS = dict(sky=sky, background=background, shape=shape, glow=glow, stars=stars, cloud=cloud, mountains=mountains, hill=hill,
                  sea=sea, tree=tree, house=house, boat=boat)


def render(scene, height, width, crop=None):
    """scene = [(operation, arguments)] -> picture [height, width, 3] in 0..1, or the crop (top, left, rows, columns) of it"""
    canvas = Canvas(height, width, crop)
    for operation, arguments in scene:
        OPERATIONS[operation](canvas, *arguments)
    return np.clip(canvas.picture, 0, 1)
