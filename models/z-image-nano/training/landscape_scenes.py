"""Little landscapes in every light: sky, sun or moon, clouds, mountains, sea, hills, a house, trees, a boat."""
import numpy as np

from chances import between, unsaid, varied
from drawing import f32, hill_line
from shape_scenes import half_sides
from vocabulary import (BOATS, CLOUDS, COLOURS, CRESCENT_MOONS, FULL_MOONS, GROUNDS, HOUSES, MOUNTAINS, SEAS, SEASONS_CHINESE,
                        SEASONS_ENGLISH, SNOWY_MOUNTAINS, STARS, SUNS, TIMES_CHINESE, TIMES_ENGLISH, TREES, chance, pick, rgb,
                        with_article)


def colour(*values):
    return np.array(values, f32) / 255


SKY = {
    "day": [(0, colour(74, 154, 226)), (.6, colour(168, 216, 244)), (1, colour(222, 240, 248))],
    "sunset": [(0, colour(88, 66, 146)), (.38, colour(222, 104, 116)), (.62, colour(252, 172, 100)), (1, colour(255, 212, 140))],
    "sunrise": [(0, colour(112, 148, 214)), (.4, colour(236, 178, 192)), (.65, colour(255, 214, 170)), (1, colour(255, 236, 200))],
    "night": [(0, colour(12, 16, 48)), (.6, colour(36, 48, 106)), (1, colour(70, 80, 140))],
}
SNOWY_SKY = [(0, colour(158, 192, 222)), (.6, colour(214, 228, 240)), (1, colour(238, 244, 248))]
TINT = {"day": colour(255, 255, 255), "sunset": colour(250, 205, 190), "sunrise": colour(255, 228, 220), "night": colour(96, 108, 160)}
GROUND = {"green": (colour(122, 186, 92), colour(58, 132, 72)), "winter": (colour(244, 248, 252), colour(198, 216, 234)),
          "autumn": (colour(228, 158, 68), colour(176, 96, 48)), "desert": (colour(240, 200, 130), colour(214, 150, 84))}
CLOUD = {"day": (colour(255, 255, 255), colour(208, 228, 244)), "sunset": (colour(255, 196, 170), colour(206, 120, 140)),
         "sunrise": (colour(255, 230, 224), colour(236, 190, 200)), "night": (colour(82, 92, 146), colour(50, 58, 108))}
ROCK = {"day": colour(104, 128, 164), "sunset": colour(112, 72, 122), "sunrise": colour(142, 130, 168), "night": colour(38, 46, 92)}
DESERT_ROCK = {"day": colour(196, 124, 84), "sunset": colour(150, 70, 76), "sunrise": colour(196, 128, 104), "night": colour(60, 50, 86)}
WATER = {"day": (colour(104, 186, 222), colour(30, 104, 176)), "sunset": (colour(250, 164, 110), colour(112, 66, 130)),
         "sunrise": (colour(246, 204, 190), colour(96, 136, 190)), "night": (colour(52, 68, 130), colour(14, 22, 62))}
LEAVES = {"green": colour(52, 128, 74), "winter": colour(60, 112, 96), "autumn": colour(222, 104, 44), "desert": colour(96, 140, 84)}
PINE_LEAVES = colour(38, 108, 78)
TRUNK = colour(104, 70, 48)
HOUSE_COLOURS = ["red", "blue", "yellow", "white", "pink", "orange", "green", "purple", "brown"]
WARM_HOUSES = ("red", "brown", "orange", "pink")  # get a dark roof
BOAT_COLOURS = ["white", "red", "yellow", "orange", "blue", "pink"]
TREE_PLACES = [-.85, -.62, .2, .42, .64, .86]  # of half the width


class Landscape:
    """Decides what there is, then draws from far to near; the captions read what was decided."""

    def __init__(self, rng, width, height):
        self.rng = rng
        self.half_width, self.half_height = half_sides(width, height)
        self.time = pick(rng, ["day", "day", "sunset", "sunset", "night", "night", "sunrise"])
        self.season = pick(rng, ["green"] * 6 + ["winter"] * 3 + ["autumn"] * 2 + ["desert"])
        self.decide_what_there_is()
        self.horizon = between(rng, 0.02, 0.16) * 2 * self.half_height
        self.body, self.stars, self.clouds, self.snowcap = None, False, False, False
        self.house_colour = self.boat_colour = self.tree_kind = None
        self.operations = []
        self.draw()

    def decide_what_there_is(self):
        rng = self.rng
        self.mountains = chance(rng, 0.55)
        ground = pick(rng, ["hills", "hills", "sea", "sea", "both"])
        self.ground = "hills" if self.season == "desert" else ground
        self.sea, self.hills = self.ground != "hills", self.ground != "sea"
        if not self.mountains and self.ground == "sea" and chance(rng, .4):
            self.mountains = True
        self.house = self.hills and chance(rng, 0.5)
        self.trees = self.hills and chance(rng, 0.5)
        self.boat = self.sea and chance(rng, 0.5)

    def add(self, operation, *arguments):
        self.operations.append((operation, arguments))

    def tinted(self, base, share):
        """a colour in the light of this time of the day"""
        return base * (TINT[self.time] * f32(share) + f32(1 - share))

    def draw(self):
        snowing = self.season == "winter" and self.time == "day" and chance(self.rng, .7)
        self.add("sky", SNOWY_SKY if snowing else SKY[self.time])
        self.body_x = between(self.rng, -0.7, -0.2) * self.half_width
        if self.time == "night":
            self.draw_night_sky()
        elif chance(self.rng, 0.72 if self.time == "day" else 0.85):
            self.draw_sun()
        self.clouds = chance(self.rng, 0.45 if self.time != "night" else 0.2)
        if self.clouds:
            self.draw_clouds()
        self.haze = SKY[self.time][-1][1]
        if self.mountains:
            self.draw_mountains()
        self.ground_colours = [varied(self.rng, self.tinted(base, .9), .03) for base in GROUND[self.season]]
        self.sea_end, self.hills_from = self.half_height, self.horizon
        if self.sea:
            self.draw_sea()
        if self.boat:
            self.draw_boat()
        if self.hills:
            self.draw_hills()

    def draw_night_sky(self):
        rng = self.rng
        self.stars = chance(rng, 0.8)
        if self.stars:
            free = unsaid(rng)
            count = int(free.integers(25, 60) * (self.half_width * self.half_height * 4))
            self.add("stars", free.uniform(-self.half_width, self.half_width, count), free.uniform(-self.half_height, self.horizon - 0.03, count),
                     free.uniform(0.0022, 0.0052, count), free.uniform(0.5, 1.0, count))
        if not chance(rng, 0.75):
            return
        self.body = pick(rng, ["full", "crescent"])
        y, r = between(rng, -0.82, -0.45) * self.half_height, between(rng, 0.06, 0.1)
        self.add("glow", self.body_x, y, r * 2.4, colour(190, 200, 240), 0.45)
        tilt = 0.0 if self.body == "full" else between(rng, -.3, .3)
        self.add("shape", "circle" if self.body == "full" else "crescent", self.body_x, y, r, colour(252, 246, 218), tilt, 0.05, 0)

    def draw_sun(self):
        rng, self.body = self.rng, "sun"
        if self.time == "day":
            y, r, base = between(rng, -0.82, -0.45) * self.half_height, between(rng, 0.07, 0.11), colour(255, 226, 96)
            self.add("glow", self.body_x, y, r * 2.2, colour(255, 246, 200), 0.6)
        else:
            y, r = self.horizon - between(rng, 0.02, 0.24), between(rng, 0.1, 0.16)
            base = colour(255, 236, 150)
            if self.time == "sunset":
                base = pick(unsaid(rng), [colour(255, 224, 120), colour(255, 190, 92), colour(255, 128, 92)])
            self.add("glow", self.body_x, y, r * 2.4, colour(255, 226, 160), 0.6)
        self.add("shape", "circle", self.body_x, y, r, varied(rng, base, .02), 0.0, 0.04, 0)

    def draw_clouds(self):
        rng, free = self.rng, unsaid(self.rng)
        for x, y, size in ((-.05, -.78, .12), (.62, -.55, .14), (-.75, -.4, .1)):
            puffs = [(float(px * 1.15), float(0.1 - 0.34 * (1 - px * px) + free.normal(0, .05)), float(0.34 + 0.24 * (1 - px * px) + free.normal(0, .04)))
                     for px in np.linspace(-1, 1, 5)]
            self.add("cloud", x * self.half_width + between(rng, -.1, .1), y * self.half_height, size, puffs, *CLOUD[self.time], 0.92)

    def draw_mountains(self):
        """a hazy range and one in front of it"""
        rng = self.rng
        self.snowcap = self.season == "winter" or (self.season != "desert" and chance(rng, 0.45))
        rock = varied(rng, (DESERT_ROCK if self.season == "desert" else ROCK)[self.time], .03)
        snow = np.clip(self.tinted(colour(246, 249, 253), .75), 0, 1)
        for front in (False, True):
            count = int((3 if front else 4) * max(1, self.half_width * 1.4))
            base = rock if front else rock * f32(.55) + self.haze * f32(.45)
            taller = (1 if front else 0.95) * (1 if self.half_height < .75 else 1.25)
            peaks = [((k + between(rng, .2, .8)) / count * 2 * self.half_width - self.half_width, between(rng, 0.22, 0.44) * taller,
                      between(rng, 0.7, 1.15)) for k in range(count)]
            cap = (snow, between(rng, .3, .5)) if self.snowcap and (front or self.season == "winter") else None
            self.add("mountains", peaks, self.horizon + (0.03 if front else 0.0), base, base * f32(.62) + self.haze * f32(.38), cap, 1, 0.006,
                     between(rng, 0, 6))

    def draw_sea(self):
        rng = self.rng
        top, bottom = WATER[self.time]
        if self.ground == "both":
            self.sea_end = self.hills_from = self.horizon + between(rng, 0.42, 0.6) * (self.half_height - self.horizon)
        reflection = None
        if self.body:
            light = colour(255, 240, 200) if self.body == "sun" else colour(226, 230, 250)
            reflection = (self.body_x, 0.05, light, 0.75 if self.time != "day" else 0.45)
        free = unsaid(rng)
        waves = [(free.uniform(-self.half_width, self.half_width), free.uniform(self.horizon + .03, self.half_height), free.uniform(0.03, 0.09))
                 for _ in range(int(free.integers(5, 12)))]
        self.add("sea", self.horizon, self.half_height, varied(rng, top, .02), varied(rng, bottom, .02), reflection, waves, np.clip(top * f32(1.12), 0, 1))

    def draw_boat(self):
        rng = self.rng
        self.boat_colour = pick(rng, BOAT_COLOURS)
        size = between(rng, 0.2, 0.34)
        lowest = self.sea_end - 0.06 if self.ground == "both" else self.half_height - 0.12
        y = min(between(rng, self.horizon + 0.08, self.horizon + 0.24), lowest)
        light = self.tinted(f32(1), .6)
        sail = varied(rng, rgb(self.boat_colour)) * light
        second = sail * f32(.9) + f32(.08) if self.boat_colour != "white" else colour(236, 232, 222) * light
        self.add("boat", between(rng, 0.1, .6) * self.half_width, y, size, np.clip(sail, 0, 1), np.clip(second, 0, 1),
                 colour(120, 72, 46) * light, colour(92, 62, 44) * light, chance(unsaid(rng), .5))

    def draw_hills(self):
        """two hills, or one behind the sea; the house stands on the first, trees on both"""
        rng = self.rng
        layers = 2 if self.ground == "hills" else 1
        span = self.half_height - self.hills_from
        self.tree_kind = "pine" if self.season == "winter" or chance(rng, .5) else "round"
        leaves = PINE_LEAVES if self.tree_kind == "pine" and self.season == "green" else LEAVES[self.season]
        leaves = self.tinted(varied(rng, leaves, .04), .9)
        for layer in range(layers):
            near = (layer + 1) / layers
            base = self.hills_from + (span * (0.10 + 0.62 * layer / layers) if self.ground == "hills" else 0.02)
            waves = [(between(rng, .02, .055), between(rng, 2.2, 4.5), between(rng, 0, 6.3)),
                     (between(rng, .008, .02), between(rng, 5, 9), between(rng, 0, 6.3))]
            hazy = f32(0.35 * (1 - near))
            upper, lower = (np.clip((ground * (1 - hazy) + self.haze * hazy) * f32(1.04 - .1 * layer), 0, 1) for ground in self.ground_colours)
            self.add("hill", base, waves, upper, lower, 0.32)
            with_house = layer == max(0, layers - 2)
            house = self.draw_house(base, waves) if self.house and with_house else None
            if self.trees and (with_house or chance(unsaid(rng), .6)):
                self.draw_trees(base, waves, layer, near, leaves, house)

    def draw_house(self, base, waves):
        rng = self.rng
        self.house_colour = pick(rng, HOUSE_COLOURS)
        x, size = between(rng, -.5, -.1) * self.half_width, between(rng, 0.17, 0.28)
        light = self.tinted(f32(1), .72)
        roof = colour(84, 74, 92) if self.house_colour in WARM_HOUSES else colour(150, 66, 54)
        roof = colour(238, 243, 250) if self.season == "winter" else roof
        window = colour(255, 222, 120) if self.time in ("night", "sunset") else colour(182, 222, 240)
        self.add("house", x, hill_line(x, base, waves) + 0.035, size, varied(rng, rgb(self.house_colour)) * light, roof * light, window,
                 colour(96, 60, 44) * light, colour(250, 248, 240) * light)
        return x, size

    def draw_trees(self, base, waves, layer, near, leaves, house):
        free, trunk = unsaid(self.rng, layer), self.tinted(TRUNK, .9)
        count = int(free.integers(2, 6) * max(1, self.half_width))
        for place in free.permutation(TREE_PLACES)[:count]:
            x = place * self.half_width + between(free, -.1, .1)
            if house and abs(x - house[0]) < house[1] * .85:
                continue
            size = between(free, 0.14, 0.28) * (0.7 + .4 * near)
            self.add("tree", x, hill_line(x, base, waves) + 0.02, size, self.tree_kind, np.clip(leaves * f32(between(free, .88, 1.1)), 0, 1), trunk)


class Said:
    """What a caption says of a landscape, each as (english, chinese); some of it is left unsaid."""

    def __init__(self, rng, landscape):
        self.rng, self.landscape = rng, landscape
        self.things = {}
        self.say_things()
        self.ground = self.sea = None
        if landscape.hills and chance(rng, 0.8):
            english, chinese = GROUNDS[landscape.season]
            self.ground = (pick(rng, english), pick(rng, chinese))
        if landscape.sea and chance(rng, 0.9):
            self.sea = (pick(rng, SEAS[0]), pick(rng, SEAS[1]))
        self.sky = self.say_sky()
        self.time = chance(rng, 0.85) or (landscape.time == "night" and chance(rng, .7))
        self.season = landscape.season in ("winter", "autumn") and (self.ground is None or chance(rng, .3))
        rng.shuffle(self.sky)
        self.order = list(self.things)
        if chance(rng, .35):
            rng.shuffle(self.order)

    def say_things(self):
        rng, landscape = self.rng, self.landscape
        coloured = chance(rng, 0.9)
        if landscape.house:
            self.things["house"] = self.say_house(landscape.house_colour if coloured else None)
        if landscape.boat:
            self.things["boat"] = self.say_boat(landscape.boat_colour if chance(rng, 0.85) else None)
        if landscape.mountains and chance(rng, 0.88):
            english, chinese = SNOWY_MOUNTAINS if landscape.snowcap and chance(rng, .75) else MOUNTAINS
            self.things["mountains"] = (pick(rng, english), pick(rng, chinese))
        if landscape.trees and chance(rng, 0.85):
            english, chinese = TREES[landscape.tree_kind]
            self.things["trees"] = (pick(rng, english), pick(rng, chinese))

    def colour_words(self, name):
        return (pick(self.rng, COLOURS[name][1]) + " ", pick(self.rng, COLOURS[name][2])) if name else ("", "")

    def say_house(self, colour_name):
        rng = self.rng
        english, chinese = self.colour_words(colour_name)
        noun, size = pick(rng, HOUSES[0]), pick(rng, ["", "", "", "small ", "little "])
        of = "的" if len(chinese) > 1 and chance(rng, .4) else ""
        return with_article(size + english + noun), pick(rng, ["一座", "", "一间"]) + chinese + of + pick(rng, HOUSES[1])

    def say_boat(self, colour_name):
        rng = self.rng
        english, chinese = self.colour_words(colour_name)
        noun = pick(rng, BOATS[0])
        phrase = with_article(english + noun)
        if english and chance(rng, .3):
            phrase = f"{with_article(noun)} with {english}sails"
        return phrase, pick(rng, ["一艘", "", "一只"]) + chinese + pick(rng, BOATS[1])

    def say_sky(self):
        rng, body = self.rng, self.landscape.body
        said = []
        if body == "sun" and chance(rng, .6):
            said.append(pick(rng, SUNS))
        if body == "full" and chance(rng, .8):
            said.append(pick(rng, FULL_MOONS))
        if body == "crescent" and chance(rng, .8):
            said.append(pick(rng, CRESCENT_MOONS))
        if self.landscape.stars and chance(rng, .6):
            said.append(pick(rng, STARS))
        if self.landscape.clouds and chance(rng, .6):
            said.append(pick(rng, CLOUDS))
        return said

    def take(self, name):
        """the ground or the sea, once"""
        said = getattr(self, name)
        setattr(self, name, None)
        return said

    def rest(self):
        return [said for said in (self.ground, self.sea) if said]

    # ---- chinese
    def chinese(self):
        rng, landscape = self.rng, self.landscape
        when = pick(rng, TIMES_CHINESE[landscape.time]) if self.time else ""
        if self.season:
            when = SEASONS_CHINESE[landscape.season] + when
        parts = [self.placed_chinese(name) for name in self.order]
        parts += [said[1] for said in self.rest()] + [said[1] for said in self.sky]
        parts = parts or ["风景"]
        if chance(rng, .25):
            rng.shuffle(parts)
        between_parts = pick(rng, ["和", ",", "、", ","])
        if between_parts == "和" and len(parts) > 2:
            caption = "、".join(parts[:-1]) + "和" + parts[-1]
        else:
            caption = between_parts.join(parts)
        return pick(rng, [f"{when}的{caption}", f"{when}的{caption}", f"{when},{caption}", f"{caption},{when}"]) if when else caption

    def placed_chinese(self, name):
        rng, words = self.rng, self.things[name][1]
        if name == "house" and self.ground and chance(rng, .7):
            return self.take("ground")[1] + pick(rng, ["上的", "上的", "中的"]) + words
        if name == "boat" and self.sea and chance(rng, .7):
            return self.take("sea")[1] + pick(rng, ["上的", "上的", "里的"]) + words
        if name == "mountains" and self.sea and chance(rng, .4):
            return self.take("sea")[1] + pick(rng, ["边的", "旁的"]) + words
        return words

    # ---- english
    def english(self):
        rng, landscape = self.rng, self.landscape
        when = pick(rng, TIMES_ENGLISH[landscape.time]) if self.time else ""
        if self.season:
            when = (when + " " if when else "") + pick(rng, SEASONS_ENGLISH[landscape.season])
        return self.tags(when) if chance(rng, 0.16) else self.sentence(when)

    def tags(self, when):
        rng = self.rng
        words = [self.things[name][0] for name in self.order] + [said[0] for said in self.rest()] + [said[0] for said in self.sky]
        words += [self.landscape.time if chance(rng, .6) else when] if when else []
        words = [word[2:] if word.startswith("a ") and chance(rng, .6) else word for word in words] or ["landscape"]
        rng.shuffle(words)
        return ", ".join(words)

    def placed_english(self, name):
        rng, words = self.rng, self.things[name][0]
        if name == "house" and self.ground and chance(rng, .75):
            return f"{words} {pick(rng, ['on', 'on', 'in', 'among'])} {self.take('ground')[0]}"
        if name == "house" and self.sea and chance(rng, .5):
            return f"{words} {pick(rng, ['by', 'near', 'at'])} {self.take('sea')[0]}"
        if name == "boat" and self.sea and chance(rng, .8):
            return f"{words} on {self.take('sea')[0]}"
        if name == "mountains" and self.sea and chance(rng, .5):
            return f"{words} by {self.take('sea')[0]}"
        return words

    def sentence(self, when):
        rng = self.rng
        parts = [self.placed_english(name) for name in self.order] + [said[0] for said in self.rest()]
        sky = [said[0] for said in self.sky]
        above = ""
        if sky and parts:
            words = sky[0] if len(sky) == 1 else ", ".join(sky[:-1]) + " and " + sky[-1]
            above = pick(rng, [" with ", " with ", " under ", " and ", ", "]) + words
        parts = parts or sky or [pick(rng, ["a landscape", "landscape", "a view", "scenery", "nature"])]
        body = self.joined(parts)
        after = " " + when if when else ""
        return pick(rng, [body + after + above, body + after + above, body + above + after, f"{when}, {body}{above}" if when else body + above])

    def joined(self, parts):
        if len(parts) == 2:
            return pick(self.rng, [" and ", " and ", " with ", ", ", " in front of "]).join(parts)
        if len(parts) == 1:
            return parts[0]
        return ", ".join(parts[:-1]) + pick(self.rng, [" and ", ", "]) + parts[-1]


def landscape(rng, width, height, chinese):
    drawn = Landscape(rng, width, height)
    said = Said(rng, drawn)
    return drawn.operations, said.chinese() if chinese else said.english()
