"""One to four flat shapes on a plain or gradient background, and what a caption says about them."""
import math

import numpy as np

from chances import between, varied
from drawing import f32
from vocabulary import (COLOUR_NAMES, COLOURS, NUMBERS_CHINESE, NUMBERS_ENGLISH, PLURALS, POSITIONS, RELATIONS, SHAPE_NAMES, SHAPES,
                        SIZES_CHINESE, SIZES_ENGLISH, chance, pick, rgb, with_article)

QUIET = ("white", "black", "gray", "brown")  # come without "light", "dark" and a gradient of their own
WEIGHTS = {"white": 5, "black": 2, "gray": 1.5, "brown": .7}

# A hexagon is nearly a circle, and points are the hardest to draw: they take more examples than the others.
KIND_WEIGHTS = np.array([{"hexagon": 2, "star": 3, "crescent": 2.5, "heart": 1.7, "ring": 1.3, "circle": 1.2}.get(name, 1)
                         for name in SHAPE_NAMES])


def pick_kind(rng):
    return SHAPE_NAMES[int(rng.choice(len(SHAPE_NAMES), p=KIND_WEIGHTS / KIND_WEIGHTS.sum()))]


def half_sides(width, height):
    short = min(width, height)
    return width / (2 * short), height / (2 * short)


# ---------------------------------------------------------------- backgrounds
def background(rng, avoid, said=True):
    """-> operation, description; a background that is not said is mostly white and never a gradient"""
    names = [name for name in COLOUR_NAMES if name not in avoid]
    weights = np.array([WEIGHTS.get(name, 1.2) for name in names])
    name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    if not said and "white" not in avoid and chance(rng, 0.8):
        name = "white"
    gradient = said and chance(rng, 0.25)
    colour = varied(rng, rgb(name), 0.025)
    described = dict(colour=name, gradient=gradient, second=None, tone=None)
    if said and name not in QUIET and chance(rng, 0.18):
        if chance(rng, 0.5):
            described["tone"], colour = "light", colour + (1 - colour) * f32(0.55)
        else:
            described["tone"], colour = "dark", colour * f32(0.5)
    if not gradient:
        return ("background", (colour * f32(1.0), colour * f32(0.985), math.pi / 2, 0.10)), described
    upper, lower = gradient_colours(rng, names, name, colour, described)
    return ("background", (upper.astype(f32), lower.astype(f32), math.pi / 2, 0.0)), described


def gradient_colours(rng, names, name, colour, described):
    """to a second colour, or from light to dark"""
    others = [other for other in names if other != name and other not in ("gray", "brown")]
    if chance(rng, 0.35) and others:
        described["second"] = pick(rng, others)
        return colour, varied(rng, rgb(described["second"]), 0.025)
    change = between(rng, 0.14, 0.26)
    upper = colour + (1 - colour) * f32(change) if name != "white" else colour
    return upper, colour * f32(1 - change * (0.6 if name == "white" else 1))


def plain_background(rng, name):
    colour = varied(rng, rgb(name), 0.025)
    return ("background", (colour, colour * f32(0.985), math.pi / 2, 0.10))


def background_english(rng, described):
    colour = pick(rng, COLOURS[described["colour"]][1])
    if described["tone"]:
        colour = described["tone"] + " " + colour
    article = with_article(colour)
    if described["second"]:
        second = pick(rng, COLOURS[described["second"]][1])
        return pick(rng, [f"{article} to {second} gradient background", f"a gradient background from {colour} to {second}",
                          f"{article} and {second} gradient background", f"a {colour} {second} background"])
    if described["gradient"]:
        return pick(rng, [f"{article} gradient background", f"a gradient {colour} background"])
    return pick(rng, [f"{article} background"] * 4 + [f"{colour} background", f"a plain {colour} background", f"{article} backdrop", colour])


def background_chinese(rng, described):
    colour = pick(rng, COLOURS[described["colour"]][2])
    if len(colour) == 1:
        colour += "色"
    if described["tone"]:
        colour = ("浅" if described["tone"] == "light" else "深") + colour
    if described["second"]:
        return f"{colour}到{pick(rng, COLOURS[described['second']][2])}渐变背景"
    if described["gradient"]:
        return colour + "渐变背景"
    return colour + pick(rng, ["背景", "背景", "的背景", "底"])


# ---------------------------------------------------------------- shapes
def new_shape(rng, avoid=(), always_coloured=False):
    shape = dict(colour=pick(rng, [name for name in COLOUR_NAMES if name not in avoid]), kind=pick_kind(rng), size=None)
    return dict(shape, colour_said=chance(rng, 0.97) or always_coloured)


def shape_operation(rng, shape, x, y, r):
    return ("shape", (shape["kind"], x, y, r, varied(rng, rgb(shape["colour"])), 0.0, between(rng, 0.07, 0.15), 0.24))


def shape_english(rng, shape):
    kind = pick(rng, SHAPES[shape["kind"]][0])
    colour = pick(rng, COLOURS[shape["colour"]][1]) if shape["colour_said"] else None
    size = pick(rng, SIZES_ENGLISH[shape["size"]]) if shape["size"] else None
    if colour and chance(rng, 0.04):
        words = " ".join(word for word in (size, kind, "in", colour) if word)
    else:
        words = " ".join(word for word in (size, colour, kind) if word)
    if chance(rng, 0.88):
        words = with_article(words) if chance(rng, 0.93) else "the " + words
    return words


def shape_chinese(rng, shape):
    kind = pick(rng, SHAPES[shape["kind"]][1])
    colour = pick(rng, COLOURS[shape["colour"]][2]) if shape["colour_said"] else ""
    size = pick(rng, SIZES_CHINESE[shape["size"]]) if shape["size"] else ""
    of = pick(rng, ["的", "", "的"]) if len(colour) > 1 else ""
    count = pick(rng, ["一个", "一个", "一颗" if shape["kind"] in ("star", "heart") else "一个", ""])
    if len(size) == 1 and chance(rng, .5):
        return count + size + colour + of + kind
    return count + colour + of + size + kind


def describe(rng, shape, chinese):
    return shape_chinese(rng, shape) if chinese else shape_english(rng, shape)


def radius(rng, size, low=0.24, high=0.36):
    if size == "small":
        return between(rng, 0.09, 0.13)
    return between(rng, 0.38, 0.44) if size == "large" else between(rng, low, high)


def place(rng, towards_x, towards_y, width, height, r):
    """a point in that direction where the shape still lies on the canvas"""
    def along(towards, half):
        room = max(0.0, half - r * 1.08 - 0.02)
        return math.copysign(1, towards) * room * between(rng, 0.66, 0.98) if towards else 0.0
    half_width, half_height = half_sides(width, height)
    return along(towards_x, half_width), along(towards_y, half_height)


# ---------------------------------------------------------------- one shape
def single(rng, width, height, chinese):
    shape = new_shape(rng)
    u = rng.random()
    shape["size"] = "small" if u < 0.32 else "large" if u < 0.5 else None
    position = None
    if chance(rng, 0.4):
        position = pick(rng, ["left", "right", "top", "bottom", "centre", "centre", "top left", "top right", "bottom left", "bottom right"])
    aside = position not in (None, "centre")
    if aside and shape["size"] == "large":
        shape["size"] = None
    r = radius(rng, shape["size"], *((0.16, 0.24) if aside else (0.24, 0.36)))
    x, y = place(rng, *POSITIONS[position or "centre"][:2], width, height, r)
    background_said = chance(rng, 0.78)
    operation, described = background(rng, (shape["colour"],), background_said)
    scene = [operation, shape_operation(rng, shape, x, y, r)]
    caption = single_chinese if chinese else single_english
    return scene, caption(rng, shape, position, described if background_said else None)


def single_english(rng, shape, position, described):
    words = shape_english(rng, shape)
    back = background_english(rng, described) if described else None
    where = " " + pick(rng, POSITIONS[position][2]) if position else ""
    caption = words + where
    if not back:
        return caption
    return pick(rng, [f"{caption} on {back}"] * 4 + [f"{caption}, {back}", f"{back} with {caption}", f"{caption} against {back}",
                                                     f"{back}, {caption}", f"{words} on {back}{',' if where else ''}{where}"])


def single_chinese(rng, shape, position, described):
    words = shape_chinese(rng, shape)
    back = background_chinese(rng, described) if described else None
    where = pick(rng, POSITIONS[position][3]) if position else ""
    caption = words + where
    if not back:
        return caption
    if where:
        return pick(rng, [f"{back},{words}{where}", f"{caption},{back}", f"{back}上,{caption}", f"{caption},{back}"])
    return pick(rng, [f"{back}上的{words}", f"{caption},{back}", f"{back}上有{caption}", f"{caption}在{back}上"])


# ---------------------------------------------------------------- several shapes
def several(rng, width, height, chinese):
    u = rng.random()
    background_said = chance(rng, 0.65)
    make = equal_shapes if u < 0.2 else pair if u < 0.82 else three_in_a_row
    operation, described, shapes, caption = make(rng, width, height, chinese, background_said)
    if background_said and chinese:
        back = background_chinese(rng, described)
        caption = pick(rng, [f"{caption},{back}", f"{back}上的{caption}", f"{back},{caption}"])
    elif background_said:
        back = background_english(rng, described)
        caption = pick(rng, [f"{caption} on {back}"] * 3 + [f"{caption}, {back}", f"{back} with {caption}"])
    return [operation, *shapes], caption


def equal_shapes(rng, width, height, chinese, background_said):
    count = int(rng.integers(2, 5))
    shape = new_shape(rng)
    operation, described = background(rng, (shape["colour"],), background_said)
    length = max(half_sides(width, height)) * 2
    r = min(length / count * 0.40, 0.27) * between(rng, 0.85, 1)
    operations = []
    for k in range(count):
        along, across = (k - (count - 1) / 2) * length / count * 0.96, between(rng, -0.03, 0.03)
        operations.append(shape_operation(rng, shape, *((along, across) if width >= height else (across, along)), r))
    return operation, described, operations, count_caption(rng, count, shape, chinese)


def count_caption(rng, count, shape, chinese):
    colour = pick(rng, COLOURS[shape["colour"]][1 + chinese]) if shape["colour_said"] else ""
    kind = pick(rng, SHAPES[shape["kind"]][chinese])
    if chinese:
        return NUMBERS_CHINESE[count] + pick(rng, ["个", "颗" if shape["kind"] == "star" else "个"]) + colour + kind
    number = NUMBERS_ENGLISH[count] if chance(rng, .9) else str(count)
    return " ".join(word for word in (number, colour, PLURALS.get(kind, kind + "s")) if word)


def pair(rng, width, height, chinese, background_said):
    first = new_shape(rng, always_coloured=True)
    second = new_shape(rng, (first["colour"],), always_coloured=True)
    relation = pick(rng, list(RELATIONS))
    x, y = RELATIONS[relation][:2]
    half = half_sides(width, height)[0 if x else 1]
    r_first, r_second = (min(between(rng, 0.15, 0.23), half * 0.44) for _ in range(2))
    offset = half * between(rng, 0.44, 0.56)
    operation, described = background(rng, (first["colour"], second["colour"]), background_said)
    operations = []
    for shape, side, r in ((first, 1, r_first), (second, -1, r_second)):
        across_x, across_y = between(rng, -0.05, 0.05), between(rng, -0.05, 0.05)
        operations.append(shape_operation(rng, shape, side * x * offset + across_x * (x == 0), side * y * offset + across_y * (y == 0), r))
    reading_order = relation == ("left" if width >= height else "above") and chance(rng, 0.6)
    return operation, described, operations, pair_caption(rng, first, second, None if reading_order else relation, chinese)


def pair_caption(rng, first, second, relation, chinese):
    """relation None: 'and', in reading order"""
    one, two = describe(rng, first, chinese), describe(rng, second, chinese)
    if relation is None:
        return one + pick(rng, ["和", "与", "和"] if chinese else [" and ", " and ", " with ", " next to ", ", "]) + two
    if chinese:
        word = RELATIONS[relation][3]
        return pick(rng, [f"{one}在{two}的{word}", f"{two}{word}有{one}", f"{two}的{word}是{one}"])
    return f"{one}{pick(rng, ['', '', '', ' is'])} {pick(rng, RELATIONS[relation][2])} {two}"


def three_in_a_row(rng, width, height, chinese, background_said):
    shapes = [new_shape(rng, always_coloured=True) for _ in range(3)]
    operation, described = background(rng, tuple(shape["colour"] for shape in shapes), background_said)
    length = max(half_sides(width, height)) * 2
    operations = []
    for k, shape in enumerate(shapes):
        along, across = (k - 1) * length / 3 * 0.96, between(rng, -0.03, 0.03)
        r = min(length / 3 * 0.40, 0.25) * between(rng, 0.85, 1)
        operations.append(shape_operation(rng, shape, *((along, across) if width >= height else (across, along)), r))
    one, two, three = (describe(rng, shape, chinese) for shape in shapes)
    caption = f"{one}、{two}和{three}" if chinese else f"{one}, {two} and {three}"
    return operation, described, operations, caption
