"""The words of the captions, English and Chinese, and the colours behind them. What occurs twice is picked twice as often."""
import numpy as np

COLOURS = {  # name: (rgb, english, chinese)
    "red": ((218, 56, 54), ["red"] * 6 + ["crimson", "scarlet"], ["红色", "红色", "红", "大红色"]),
    "orange": ((243, 138, 44), ["orange"], ["橙色", "橙", "橘色"]),
    "yellow": ((250, 206, 58), ["yellow"] * 5 + ["golden", "gold"], ["黄色", "黄", "金色"]),
    "green": ((70, 164, 84), ["green"] * 6 + ["emerald"], ["绿色", "绿色", "绿"]),
    "teal": ((38, 176, 176), ["teal", "turquoise", "cyan"], ["青色", "青"]),
    "blue": ((48, 102, 208), ["blue"], ["蓝色", "蓝色", "蓝"]),
    "purple": ((132, 74, 188), ["purple", "purple", "violet"], ["紫色", "紫"]),
    "pink": ((244, 146, 182), ["pink"] * 4 + ["rose"], ["粉色", "粉红色"]),
    "brown": ((132, 86, 54), ["brown"], ["棕色", "褐色"]),
    "black": ((32, 32, 38), ["black"], ["黑色", "黑"]),
    "white": ((249, 248, 244), ["white"], ["白色", "白色", "白"]),
    "gray": ((146, 150, 158), ["gray", "grey"], ["灰色", "灰"]),
}
COLOUR_NAMES = list(COLOURS)

SHAPES = {  # name: (english, chinese)
    "circle": (["circle"] * 4 + ["disc", "dot", "ball"], ["圆形", "圆", "圆圈"]),
    "square": (["square"] * 4 + ["box", "block"], ["正方形", "方块", "方形"]),
    "triangle": (["triangle"], ["三角形", "三角"]),
    "star": (["star"], ["星星", "五角星", "星形"]),
    "heart": (["heart"], ["爱心", "心形", "心"]),
    "ring": (["ring"] * 3 + ["donut"], ["圆环", "环"]),
    "diamond": (["diamond"] * 3 + ["rhombus"], ["菱形", "钻石"]),
    "cross": (["cross"] * 3 + ["plus sign"], ["十字", "十字形"]),
    "hexagon": (["hexagon"], ["六边形"]),
    "crescent": (["crescent"] * 3 + ["crescent moon"], ["月牙", "新月"]),
}
SHAPE_NAMES = list(SHAPES)
PLURALS = {"cross": "crosses", "box": "boxes"}

SIZES_ENGLISH = {"small": ["small", "small", "tiny", "little"], "large": ["large", "big", "big", "huge"]}
SIZES_CHINESE = {"small": ["小", "小小的"], "large": ["大", "大大的", "巨大的"]}
POSITIONS = {  # name: (x, y, english, chinese)
    "left": (-1, 0, ["on the left", "on the left side", "at the left", "left"], ["在左边", "在左侧", "位于左边"]),
    "right": (1, 0, ["on the right", "on the right side", "at the right", "right"], ["在右边", "在右侧", "位于右边"]),
    "top": (0, -1, ["at the top", "on top", "in the upper part", "top"], ["在上方", "在顶部", "在上面"]),
    "bottom": (0, 1, ["at the bottom", "in the lower part", "bottom"], ["在下方", "在底部", "在下面"]),
    "centre": (0, 0, ["in the centre", "in the center", "in the middle", "at the center", "centered"], ["在中间", "在中央", "居中"]),
    "top left": (-1, -1, ["in the top left corner", "in the upper left", "top left"], ["在左上角", "在左上方"]),
    "top right": (1, -1, ["in the top right corner", "in the upper right", "top right"], ["在右上角", "在右上方"]),
    "bottom left": (-1, 1, ["in the bottom left corner", "in the lower left", "bottom left"], ["在左下角", "在左下方"]),
    "bottom right": (1, 1, ["in the bottom right corner", "in the lower right", "bottom right"], ["在右下角", "在右下方"]),
}
RELATIONS = {  # of the first shape to the second
    "left": (-1, 0, ["to the left of", "left of", "on the left of", "on the left side of"], "左边"),
    "right": (1, 0, ["to the right of", "right of", "on the right of"], "右边"),
    "above": (0, -1, ["above", "over", "on top of"], "上方"),
    "below": (0, 1, ["below", "under", "beneath"], "下方"),
}
NUMBERS_ENGLISH = {2: "two", 3: "three", 4: "four"}
NUMBERS_CHINESE = {2: "两", 3: "三", 4: "四"}

TIMES_ENGLISH = {
    "day": ["on a sunny day", "in the daytime", "during the day", "by day", "under a blue sky"],
    "sunset": ["at sunset", "at sunset", "at dusk", "in the evening", "during sunset"],
    "sunrise": ["at sunrise", "at dawn", "in the early morning"],
    "night": ["at night", "at night", "by night", "in the night", "at midnight", "under a night sky"]}
TIMES_CHINESE = {"day": ["白天", "晴天", "蓝天下"], "sunset": ["日落", "日落时分", "黄昏", "傍晚"], "sunrise": ["日出", "清晨", "黎明"],
                 "night": ["夜晚", "晚上", "夜里", "夜空下"]}
SEASONS_ENGLISH = {"winter": ["in winter", "in winter", "on a winter day"], "autumn": ["in autumn", "in the fall", "in autumn"]}
SEASONS_CHINESE = {"winter": "冬天", "autumn": "秋天"}
HOUSES = (["house", "house", "house", "cottage", "cabin", "home"], ["房子", "小屋", "房屋", "小房子"])
BOATS = (["sailing boat", "sailboat", "boat", "ship"], ["帆船", "小船", "船"])
MOUNTAINS = (["mountains", "mountains", "a mountain range", "high mountains", "a mountain"], ["山", "山脉", "高山", "群山"])
SNOWY_MOUNTAINS = (["snowy mountains", "snow-capped mountains", "mountains with snow", "white peaks"], ["雪山", "雪山", "白雪皑皑的山"])
TREES = {"pine": (["pine trees", "trees", "fir trees", "a forest", "pines"], ["松树", "树", "树林", "森林"]),
         "round": (["trees", "trees", "round trees", "a few trees"], ["树", "树木", "几棵树"])}
GROUNDS = {"green": (["green hills", "hills", "rolling hills", "green fields", "a meadow"], ["绿色山丘", "山丘", "草地", "绿色的山丘"]),
           "winter": (["snowy hills", "snow", "a snowy landscape", "white hills"], ["雪地", "白雪", "雪原"]),
           "autumn": (["autumn hills", "golden hills", "orange hills", "autumn fields"], ["秋天的山丘", "金色山丘"]),
           "desert": (["a desert", "sand dunes", "the desert", "dunes"], ["沙漠", "沙丘"])}
SEAS = (["the sea", "the sea", "the ocean", "a lake", "water", "a calm sea"], ["大海", "海", "湖", "海面"])
SUNS = [("the sun", "太阳"), ("a sun", "太阳"), ("a big sun", "大太阳"), ("a yellow sun", "太阳"), ("sun", "阳光")]
FULL_MOONS = [("a full moon", "满月"), ("the moon", "月亮"), ("a moon", "圆月"), ("a full moon", "月亮"), ("moon", "月亮")]
CRESCENT_MOONS = [("a crescent moon", "弯月"), ("the moon", "月亮"), ("a crescent moon", "月牙"), ("a thin moon", "新月")]
STARS = [("stars", "星星"), ("a starry sky", "星空"), ("many stars", "繁星")]
CLOUDS = [("clouds", "云"), ("white clouds", "白云"), ("a few clouds", "云朵"), ("a cloudy sky", "多云的天空")]

BEFORE_ENGLISH = ["a picture of", "an image of", "a drawing of", "poster of", "a poster of", "an illustration of", "a minimalist poster of",
                  "please draw", "draw", "show me", "a painting of", "flat design of", "a simple drawing of", "vector art of",
                  "generate", "create a picture of", "a photo of", "a beautiful picture of", "there is", "I want", "a nice poster showing"]
AFTER_ENGLISH = [", flat style", ", minimalist", ", high quality", ", 4k", ", beautiful", ", digital art", ", vector art", ", poster",
                 ", detailed", ", soft light", " in flat design", ", illustration", ", simple", ", modern art", ", best quality"]
BEFORE_CHINESE = ["一张图片:", "画", "请画", "海报:", "一幅画,", "图片,", "插画,", "生成", "我想要"]
AFTER_CHINESE = [",扁平风格", ",海报", ",高质量", ",插画", ",极简", ",漂亮", "的图片", "的画", "的海报"]
FILLERS = ("wonderful very really dreamy calm quiet cute happy lovely fantastic amazing peaceful magic bright warm cool epic nice "
           "elegant pretty old new young little clean sharp vivid cinematic award winning studio artstation masterpiece trending "
           "style mood atmosphere scene view today always never somewhere morning idea project design test hello world thing "
           "please thanks my your our the some any more less best great good fine awesome retro vintage abstract geometric").split()


def rgb(name):
    return np.array(COLOURS[name][0], np.float32) / 255


def with_article(words):
    return ("an " if words[0] in "aeiou" else "a ") + words


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


def chance(rng, probability):
    return rng.random() < probability
