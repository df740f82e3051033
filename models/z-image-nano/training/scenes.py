"""Procedural scenes with English / Chinese captions: the only training data of z-image-nano.

A scene is a list of drawing operations in resolution independent coordinates (short side = 1, origin = centre, y down).
`render(scene, h, w)` draws it antialiased at any pixel size with signed distance functions; at 1/8 of the nominal size the
coverage based antialiasing is (nearly) what area-downsampling the full-size picture gives.

    sample(rng, w, h) -> (scene, caption)
"""
import math
import numpy as np

f32 = np.float32

# ---------------------------------------------------------------- colours
COLORS = {  # name: (rgb, english synonyms, chinese)
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
CN = list(COLORS)
SHAPES = {
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
SN = list(SHAPES)


def rgb(name):
    return np.array(COLORS[name][0], f32) / 255


def jit(rng, c, a=0.035):
    c, a = np.asarray(c, f32), a * CALM
    return np.clip(c * (1 + rng.normal(0, a * 0.7)) + rng.normal(0, a * 0.5, 3).astype(f32), 0, 1).astype(f32)


CALM = 0.2  # how much of each random range is used; what a caption does not say is nearly fixed, so little data teaches the layout


def uni(rng, a, b):
    m, r = (a + b) / 2, (b - a) / 2 * CALM
    return rng.uniform(m - r, m + r)


def front_first(layer, layers):
    return layer == layers - 1


def C(*v):
    return np.array(v, f32) / 255


# ---------------------------------------------------------------- canvas
class Canvas:
    def __init__(self, h, w):
        self.h, self.w = h, w
        s = min(h, w)
        self.p = 1.0 / s
        self.x = ((np.arange(w, dtype=f32) + 0.5) / s - w / (2 * s))[None, :]
        self.y = ((np.arange(h, dtype=f32) + 0.5) / s - h / (2 * s))[:, None]
        self.img = np.zeros((h, w, 3), f32)

    def win(self, x0, y0, x1, y1):
        s, p = 1 / self.p, 2
        j0 = max(0, int((x0 + self.w * self.p / 2) * s) - p)
        j1 = min(self.w, int((x1 + self.w * self.p / 2) * s) + p + 1)
        i0 = max(0, int((y0 + self.h * self.p / 2) * s) - p)
        i1 = min(self.h, int((y1 + self.h * self.p / 2) * s) + p + 1)
        if i0 >= i1 or j0 >= j1:
            return None
        return slice(i0, i1), slice(j0, j1)

    def cov(self, d):
        return np.clip(0.5 - d * (1 / self.p), 0, 1)

    def put(self, sl, a, col):
        r = self.img[sl]
        r += a[..., None] * (col - r)


def sdf(kind, x, y, r):
    """Signed distance (approximate) of a shape of 'radius' r at the origin, y down."""
    if kind == "circle":
        return np.sqrt(x * x + y * y) - r * 0.95
    if kind == "square":
        return np.maximum(np.abs(x), np.abs(y)) - r * 0.84
    if kind == "diamond":
        return (np.abs(x) * 1.25 + np.abs(y)) * (1 / 1.6) - r * 0.66
    if kind == "triangle":
        yy = y - r * 0.12
        return np.maximum(np.abs(x) * 0.866 - yy * 0.5 - r * 0.5, yy - r * 0.62)
    if kind == "hexagon":
        ax, ay = np.abs(x), np.abs(y)
        return np.maximum(ay * 0.866 + ax * 0.5, ax) - r * 0.85
    if kind == "ring":
        return np.abs(np.sqrt(x * x + y * y) - r * 0.72) - r * 0.22
    if kind == "cross":
        ax, ay = np.abs(x), np.abs(y)
        a = np.maximum(ax - r * 0.9, ay - r * 0.3)
        b = np.maximum(ay - r * 0.9, ax - r * 0.3)
        return np.minimum(a, b)
    if kind == "crescent":
        a = np.sqrt(x * x + y * y) - r * 0.92
        b = np.sqrt((x - r * 0.42) ** 2 + (y + r * 0.1) ** 2) - r * 0.76
        return np.maximum(a, -b)
    if kind == "star":
        k1x, k1y = 0.809016994, -0.587785252
        px, py = np.abs(x), -(y - r * 0.06)
        d = np.maximum(k1x * px + k1y * py, 0) * 2
        px, py = px - d * k1x, py - d * k1y
        d = np.maximum(-k1x * px + k1y * py, 0) * 2
        px, py = px + d * k1x, py - d * k1y
        px = np.abs(px)
        py = py - r
        rf = 0.45
        bax, bay = rf * 0.587785252, rf * 0.809016994 - 1.0
        hh = np.clip((px * bax + py * bay) / (bax * bax + bay * bay), 0, r)
        qx, qy = px - bax * hh, py - bay * hh
        return np.sqrt(qx * qx + qy * qy) * np.sign(py * bax - px * bay)
    if kind == "heart":
        s = r * 1.62
        px, py = np.abs(x) / s, -y / s + 0.56
        a = np.sqrt((px - 0.25) ** 2 + (py - 0.75) ** 2) - 0.35355339
        m = 0.5 * np.maximum(px + py, 0)
        b = np.sqrt(np.minimum(px * px + (py - 1) ** 2, (px - m) ** 2 + (py - m) ** 2)) * np.sign(px - py)
        return np.where(px + py > 1, a, b) * s
    raise KeyError(kind)


def rot(x, y, a):
    if a == 0:
        return x, y
    c, s = math.cos(a), math.sin(a)
    return c * x + s * y, -s * x + c * y


# ---------------------------------------------------------------- drawing operations
def op_vgrad(cv, stops):
    """vertical gradient; stops = [(t, colour)] with t in 0..1 over the height"""
    t = (cv.y[:, 0] * cv.p ** 0 / (cv.h * cv.p) + 0.5)
    ts = [s[0] for s in stops]
    col = np.stack([np.interp(t, ts, [s[1][k] for s in stops]) for k in range(3)], -1).astype(f32)
    cv.img[:] = col[:, None, :]


def op_bggrad(cv, c0, c1, ang, vig):
    u = cv.x / (cv.w * cv.p) * math.cos(ang) + cv.y / (cv.h * cv.p) * math.sin(ang) + 0.5
    u = np.clip(u, 0, 1)[..., None]
    cv.img[:] = c0 + (c1 - c0) * u
    if vig:
        r2 = (cv.x / (cv.w * cv.p)) ** 2 + (cv.y / (cv.h * cv.p)) ** 2
        cv.img *= (1 - vig * r2)[..., None]


def op_shape(cv, kind, cx, cy, r, col, ang, shade, shadow):
    if shadow:
        o = r * 0.12
        b = 0.10 * r + 0.012
        sl = cv.win(cx - r * 1.5, cy - r * 1.5, cx + r * 1.7, cy + r * 1.7)
        if sl:
            x, y = rot(cv.x[:, sl[1]] - cx - o * 0.5, cv.y[sl[0]] - cy - o, ang)
            a = np.clip(0.5 - sdf(kind, x, y, r) / (2 * b), 0, 1)
            a = a * a * (3 - 2 * a) * shadow
            cv.img[sl] *= (1 - a)[..., None]
    sl = cv.win(cx - r * 1.3, cy - r * 1.3, cx + r * 1.3, cy + r * 1.3)
    if not sl:
        return
    x0, y0 = cv.x[:, sl[1]] - cx, cv.y[sl[0]] - cy
    x, y = rot(x0, y0, ang)
    a = cv.cov(sdf(kind, x, y, r))
    g = np.clip(-(x0 * 0.6 + y0) / r, -1, 1)[..., None] * shade
    c = np.where(g > 0, col + (1 - col) * g, col * (1 + g))
    cv.put(sl, a, c)


def op_glow(cv, cx, cy, r, col, amp):
    """additive-like soft light"""
    sl = cv.win(cx - 3 * r, cy - 3 * r, cx + 3 * r, cy + 3 * r)
    if not sl:
        return
    d2 = (cv.x[:, sl[1]] - cx) ** 2 + (cv.y[sl[0]] - cy) ** 2
    a = amp * np.maximum(np.exp(-d2 / (2 * r * r)) - 0.0111, 0)
    cv.put(sl, a, col)


def op_stars(cv, xs, ys, rs, amps):
    for x, y, r, a in zip(xs, ys, rs, amps):
        s2 = r * r + cv.p * cv.p / 12
        s = math.sqrt(s2)
        sl = cv.win(x - 3 * s, y - 3 * s, x + 3 * s, y + 3 * s)
        if sl:
            d2 = (cv.x[:, sl[1]] - x) ** 2 + (cv.y[sl[0]] - y) ** 2
            cv.put(sl, a * (r * r / s2) * np.exp(-d2 / (2 * s2)), np.array([1, 1, 0.93], f32))


def op_cloud(cv, cx, cy, s, puffs, col, shadecol, alpha):
    sl = cv.win(cx - 2.2 * s, cy - 1.2 * s, cx + 2.2 * s, cy + 0.6 * s)
    if not sl:
        return
    x, y = cv.x[:, sl[1]] - cx, cv.y[sl[0]] - cy
    d = None
    for px, py, pr in puffs:
        e = np.sqrt((x - px * s) ** 2 + (y - py * s) ** 2) - pr * s
        d = e if d is None else np.minimum(d, e)
    d = np.maximum(d, y - 0.22 * s)
    t = np.clip((y / s + 0.6) / 0.9, 0, 1)[..., None]
    cv.put(sl, cv.cov(d) * alpha, col + (shadecol - col) * t)


def op_ridge(cv, peaks, base, c_top, c_bot, snow, light, rough, ph):
    """mountain range: peaks = [(x, height above base, slope)]"""
    x = cv.x[0]
    hs = np.stack([h - s * np.abs(x - c) for c, h, s in peaks])
    k = hs.argmax(0)
    top = hs.max(0)
    wob = rough * (np.sin(x * 31 + ph) * 0.6 + np.sin(x * 67 + 2 * ph) * 0.4)
    top = np.maximum(top + wob, -0.02)
    pc = np.array([p[0] for p in peaks], f32)[k]
    ph_ = np.array([p[1] for p in peaks], f32)[k]
    slope = np.array([p[2] for p in peaks], f32)[k]
    ytop = base - top
    i0 = max(0, int((float(ytop.min()) + cv.h * cv.p / 2) / cv.p) - 1)
    if i0 >= cv.h:
        return
    sl = (slice(i0, cv.h), slice(0, cv.w))
    y = cv.y[sl[0]]
    a = np.clip(0.5 + (y - ytop) / (cv.p * np.sqrt(1 + 0.6 * slope * slope)), 0, 1)
    t = np.clip((y - (base - ph_)) / (ph_ + 0.02), 0, 1)[..., None]
    col = c_top + (c_bot - c_top) * t
    # lit and shaded face, boundary wiggles down from the peak
    face = np.clip(0.5 + (x - pc - 0.25 * (y - base + ph_) - 0.015 * np.sin(y * 60 + ph)) / (cv.p * 1.5), 0, 1)
    if light < 0:
        face = 1 - face
    col = col * (1 - 0.17 * face)[..., None]
    if snow is not None:
        scol, frac = snow
        edge = (base - ph_) + frac * ph_ + 0.022 * np.sin(x * 55 + ph) + 0.016 * np.sin(x * 97 + 3 * ph)
        sn = np.clip(0.5 - (y - edge) / (cv.p * 1.3), 0, 1)
        col = col + sn[..., None] * (scol * (1 - 0.14 * face)[..., None] - col)
    cv.put(sl, a, col)


def hill_y(x, base, comps):
    y = np.full_like(x, base) if isinstance(x, np.ndarray) else base
    for a, f, ph in comps:
        y = y + a * np.sin(f * x + ph)
    return y


def op_hill(cv, base, comps, c_top, c_bot, depth):
    x = cv.x[0]
    yt = hill_y(x, f32(base), comps).astype(f32)
    i0 = max(0, int((float(yt.min()) + cv.h * cv.p / 2) / cv.p) - 1)
    if i0 >= cv.h:
        return
    sl = (slice(i0, cv.h), slice(0, cv.w))
    y = cv.y[sl[0]]
    a = np.clip(0.5 + (y - yt) / cv.p, 0, 1)
    t = np.clip((y - yt) / depth, 0, 1)[..., None]
    cv.put(sl, a, c_top + (c_bot - c_top) * t)


def op_sea(cv, y0, y1, c_top, c_bot, refl, waves, wcol):
    sl = cv.win(-9, y0, 9, y1)
    if not sl:
        return
    x, y = cv.x, cv.y[sl[0]]
    a = np.clip(0.5 + (y - y0) / cv.p, 0, 1) * np.ones_like(x)
    t = np.clip((y - y0) / max(0.3, y1 - y0), 0, 1)[..., None]
    cv.put((sl[0], slice(0, cv.w)), a, c_top + (c_bot - c_top) * t)
    if refl is not None:
        rx, rw, rc, ra = refl
        dy = np.clip(y - y0, 0, 9)
        g = np.exp(-((x - rx) / (rw * (0.7 + 1.2 * dy))) ** 2) * ra * np.exp(-dy * 2.2) * (0.75 + 0.25 * np.sin(dy * 90))
        cv.put((sl[0], slice(0, cv.w)), g * np.clip(0.5 + (y - y0) / cv.p, 0, 1), rc)
    for wx, wy, ww in waves:
        s2 = cv.win(wx - ww, wy - 0.01, wx + ww, wy + 0.01)
        if s2:
            xx, yy = cv.x[:, s2[1]] - wx, cv.y[s2[0]] - wy
            d = np.maximum(np.abs(yy) - 0.0035 * np.clip(1 - (xx / ww) ** 2, 0, 1), np.abs(xx) - ww)
            cv.put(s2, cv.cov(d) * 0.45, wcol)


def op_poly(cv, pts, col, col2=None):
    """convex polygon (clockwise in screen coordinates), optional vertical gradient to col2"""
    xs, ys = [p[0] for p in pts], [p[1] for p in pts]
    sl = cv.win(min(xs), min(ys), max(xs), max(ys))
    if not sl:
        return
    x, y = cv.x[:, sl[1]], cv.y[sl[0]]
    d = None
    n = len(pts)
    for i in range(n):
        (ax, ay), (bx, by) = pts[i], pts[(i + 1) % n]
        ex, ey = bx - ax, by - ay
        L = math.hypot(ex, ey) + 1e-9
        e = ((x - ax) * ey - (y - ay) * ex) / L
        d = e if d is None else np.maximum(d, e)
    if col2 is not None:
        t = np.clip((y - min(ys)) / (max(ys) - min(ys) + 1e-6), 0, 1)[..., None]
        col = col + (col2 - col) * t
    cv.put(sl, cv.cov(d), col)


def op_tree(cv, x, y, s, kind, col, trunk):
    op_poly(cv, [(x - 0.05 * s, y - 0.3 * s), (x + 0.05 * s, y - 0.3 * s), (x + 0.06 * s, y), (x - 0.06 * s, y)], trunk)
    if kind == "pine":
        for k, (b, w, t) in enumerate([(0.16, 0.34, 0.6), (0.40, 0.27, 0.82), (0.62, 0.2, 1.0)]):
            c = col * (0.86 + 0.1 * k)
            op_poly(cv, [(x, y - t * s), (x + w * s, y - b * s), (x - w * s, y - b * s)], c)
            op_poly(cv, [(x, y - t * s), (x + w * s, y - b * s), (x + 0.05 * s, y - b * s)], c * 0.86)
    else:
        for dx, dy, r, k in ((0.0, 0.62, 0.34, 0.9), (-0.1, 0.7, 0.22, 1.08)):
            sl = cv.win(x + dx * s - r * s, y - dy * s - r * s, x + dx * s + r * s, y - dy * s + r * s)
            if sl:
                d = np.sqrt((cv.x[:, sl[1]] - x - dx * s) ** 2 + (cv.y[sl[0]] - y + dy * s) ** 2) - r * s
                cv.put(sl, cv.cov(d), np.clip(col * k, 0, 1))


def op_house(cv, x, y, s, wall, roof, win, door, trim):
    """front with gable, y = ground line, s = width"""
    h = 0.62 * s
    op_poly(cv, [(x + .24 * s, y - h - .42 * s), (x + .34 * s, y - h - .42 * s), (x + .34 * s, y - h - .05 * s),
                 (x + .24 * s, y - h - .05 * s)], roof * 0.75)
    op_poly(cv, [(x - .5 * s, y - h), (x + .5 * s, y - h), (x + .5 * s, y), (x - .5 * s, y)], np.clip(wall * 1.05, 0, 1), wall * 0.9)
    op_poly(cv, [(x, y - h - .5 * s), (x + .62 * s, y - h + .03 * s), (x - .62 * s, y - h + .03 * s)], roof, roof * 0.88)
    op_poly(cv, [(x - .09 * s, y - .36 * s), (x + .09 * s, y - .36 * s), (x + .09 * s, y), (x - .09 * s, y)], door)
    for dx in (-.29, .29):
        a, b = x + dx * s, y - .36 * s
        op_poly(cv, [(a - .105 * s, b - .105 * s), (a + .105 * s, b - .105 * s), (a + .105 * s, b + .105 * s), (a - .105 * s, b + .105 * s)], trim)
        op_poly(cv, [(a - .08 * s, b - .08 * s), (a + .08 * s, b - .08 * s), (a + .08 * s, b + .08 * s), (a - .08 * s, b + .08 * s)], win)


def op_boat(cv, x, y, s, sail, sail2, hull, mast, flip):
    f = -1 if flip else 1
    P = lambda pts: [(x + f * a * s, y + b * s) for a, b in (pts if f == 1 else pts[::-1])]
    op_poly(cv, P([(-.012, -.98), (.012, -.98), (.012, -.1), (-.012, -.1)]), mast)
    op_poly(cv, P([(.03, -.95), (.46, -.2), (.03, -.2)]), sail, sail * 0.93)
    op_poly(cv, P([(-.03, -.8), (-.03, -.2), (-.34, -.2)]), sail2, sail2 * 0.92)
    op_poly(cv, P([(-.5, -.14), (.56, -.14), (.38, .08), (-.36, .08)]), hull, hull * 0.8)


OPS = dict(vgrad=op_vgrad, bggrad=op_bggrad, shape=op_shape, glow=op_glow, stars=op_stars, cloud=op_cloud, ridge=op_ridge,
           hill=op_hill, sea=op_sea, poly=op_poly, tree=op_tree, house=op_house, boat=op_boat)


def render(scene, h, w):
    cv = Canvas(h, w)
    for name, args in scene:
        OPS[name](cv, *args)
    return np.clip(cv.img, 0, 1)


# ---------------------------------------------------------------- captions: parts of speech
def pick(rng, seq):
    return seq[int(rng.integers(len(seq)))]


def chance(rng, p):
    return rng.random() < p


def art(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


PRE_EN = ["a picture of", "an image of", "a drawing of", "poster of", "a poster of", "an illustration of", "a minimalist poster of",
          "please draw", "draw", "show me", "a painting of", "flat design of", "a simple drawing of", "vector art of",
          "generate", "create a picture of", "a photo of", "a beautiful picture of", "there is", "I want", "a nice poster showing"]
SUF_EN = [", flat style", ", minimalist", ", high quality", ", 4k", ", beautiful", ", digital art", ", vector art", ", poster",
          ", detailed", ", soft light", " in flat design", ", illustration", ", simple", ", modern art", ", best quality"]
PRE_ZH = ["一张图片:", "画", "请画", "海报:", "一幅画,", "图片,", "插画,", "生成", "我想要"]
SUF_ZH = [",扁平风格", ",海报", ",高质量", ",插画", ",极简", ",漂亮", "的图片", "的画", "的海报"]
FILLER = ("wonderful very really dreamy calm quiet cute happy lovely fantastic amazing peaceful magic bright warm cool epic nice "
          "elegant pretty old new young little clean sharp vivid cinematic award winning studio artstation masterpiece trending "
          "style mood atmosphere scene view today always never somewhere morning idea project design test hello world thing "
          "please thanks my your our the some any more less best great good fine awesome retro vintage abstract geometric").split()


def dress(rng, cap, zh):
    if zh:
        if chance(rng, 0.08):
            cap = pick(rng, PRE_ZH) + cap
        if chance(rng, 0.08):
            cap = cap + pick(rng, SUF_ZH)
        if chance(rng, 0.2):
            cap += "。"
        if chance(rng, 0.3):
            cap = cap.replace(",", ",")
        return cap
    if chance(rng, 0.12):
        cap = pick(rng, PRE_EN) + " " + cap
    if chance(rng, 0.08):
        cap = cap + pick(rng, SUF_EN)
    if chance(rng, 0.05):
        ws = cap.split(" ")
        for _ in range(int(rng.integers(1, 3))):
            ws.insert(int(rng.integers(len(ws) + 1)), pick(rng, FILLER))
        cap = " ".join(ws)
    u = rng.random()
    if u < 0.2:
        cap = cap[0].upper() + cap[1:]
    elif u < 0.23:
        cap = cap.upper()
    elif u < 0.26:
        cap = cap.title()
    if chance(rng, 0.2):
        cap += pick(rng, [".", ".", ".", "!", " "])
    return cap


# ---------------------------------------------------------------- (a) (b): shapes
SIZE_EN = {"small": ["small", "small", "tiny", "little"], "large": ["large", "big", "big", "huge"]}
SIZE_ZH = {"small": ["小", "小小的"], "large": ["大", "大大的", "巨大的"]}
POS = {  # name: (ux, uy, english, chinese)
    "left": (-1, 0, ["on the left", "on the left side", "at the left", "left"], ["在左边", "在左侧", "位于左边"]),
    "right": (1, 0, ["on the right", "on the right side", "at the right", "right"], ["在右边", "在右侧", "位于右边"]),
    "top": (0, -1, ["at the top", "on top", "in the upper part", "top"], ["在上方", "在顶部", "在上面"]),
    "bottom": (0, 1, ["at the bottom", "in the lower part", "bottom"], ["在下方", "在底部", "在下面"]),
    "centre": (0, 0, ["in the centre", "in the center", "in the middle", "at the center", "centered"], ["在中间", "在中央", "居中"]),
    "tl": (-1, -1, ["in the top left corner", "in the upper left", "top left"], ["在左上角", "在左上方"]),
    "tr": (1, -1, ["in the top right corner", "in the upper right", "top right"], ["在右上角", "在右上方"]),
    "bl": (-1, 1, ["in the bottom left corner", "in the lower left", "bottom left"], ["在左下角", "在左下方"]),
    "br": (1, 1, ["in the bottom right corner", "in the lower right", "bottom right"], ["在右下角", "在右下方"]),
}
NUM_EN = {2: "two", 3: "three", 4: "four"}
NUM_ZH = {2: "两", 3: "三", 4: "四"}


def background(rng, avoid, said=True):
    """-> ops, meta"""
    w = {"white": 5, "black": 2, "gray": 1.5, "brown": .7}
    names = [c for c in CN if c not in avoid]
    pr = np.array([w.get(c, 1.2) for c in names])
    name = names[int(rng.choice(len(names), p=pr / pr.sum()))]
    if not said and "white" not in avoid and chance(rng, 0.8):
        name = "white"
    grad = said and chance(rng, 0.25)
    c = jit(rng, rgb(name), 0.025)
    meta = dict(color=name, grad=grad, second=None, tone=None)
    if said and name not in ("white", "black", "gray", "brown") and chance(rng, 0.18):
        if chance(rng, 0.5):
            meta["tone"], c = "light", c + (1 - c) * f32(0.55)
        else:
            meta["tone"], c = "dark", c * f32(0.5)
    ang = math.pi / 2
    if grad:
        second = [x for x in names if x != name and x not in ("gray", "brown")]
        if chance(rng, 0.35) and second:
            meta["second"] = pick(rng, second)
            c0, c1 = c, jit(rng, rgb(meta["second"]), 0.025)
        else:
            k = uni(rng, 0.14, 0.26)
            c0 = c + (1 - c) * f32(k) if name != "white" else c
            c1 = c * f32(1 - k * (0.6 if name == "white" else 1))
        vig = 0.0
    else:
        c0, c1, vig = c * f32(1.0), c * f32(0.985), 0.10
    return [("bggrad", (c0.astype(f32), c1.astype(f32), ang, vig))], meta


def plain_background(rng, name):
    colour = jit(rng, rgb(name), 0.025)
    return ("bggrad", (colour, colour * f32(0.985), math.pi / 2, 0.10))


def bg_en(rng, m):
    col = pick(rng, COLORS[m["color"]][1])
    if m["tone"] and True:
        col = m["tone"] + " " + col
    if m["grad"] and m["second"]:
        c2 = pick(rng, COLORS[m["second"]][1])
        return pick(rng, [f"{art(col)} to {c2} gradient background", f"a gradient background from {col} to {c2}", f"{art(col)} and {c2} gradient background",
                          f"a {col} {c2} background"])
    if m["grad"]:
        return pick(rng, [f"{art(col)} gradient background", f"a gradient {col} background"])
    return pick(rng, [f"{art(col)} background"] * 4 + [f"{col} background", f"a plain {col} background", f"{art(col)} backdrop", col])


def bg_zh(rng, m):
    col = pick(rng, COLORS[m["color"]][2])
    if len(col) == 1:
        col += "色"
    if m["tone"]:
        col = ("浅" if m["tone"] == "light" else "深") + col
    if m["grad"] and m["second"]:
        c2 = pick(rng, COLORS[m["second"]][2])
        return f"{col}到{c2}渐变背景"
    if m["grad"]:
        return col + "渐变背景"
    return col + pick(rng, ["背景", "背景", "的背景", "底"])


def np_en(rng, o, article=True):
    """noun phrase of one shape; o: color, shape, size; sets what is said"""
    sh = pick(rng, SHAPES[o["shape"]][0])
    col = pick(rng, COLORS[o["color"]][1]) if o["say_color"] else None
    sz = pick(rng, SIZE_EN[o["size"]]) if o["size"] and o["say_size"] else None
    if col and chance(rng, 0.04):
        s = " ".join(w for w in (sz, sh, "in", col) if w)
    else:
        s = " ".join(w for w in (sz, col, sh) if w)
    if article and chance(rng, 0.88):
        s = art(s) if chance(rng, 0.93) else "the " + s
    return s


def np_zh(rng, o, count=True):
    sh = pick(rng, SHAPES[o["shape"]][1])
    col = pick(rng, COLORS[o["color"]][2]) if o["say_color"] else ""
    sz = pick(rng, SIZE_ZH[o["size"]]) if o["size"] and o["say_size"] else ""
    de = pick(rng, ["的", "", "的"]) if col and len(col) > 1 else ""
    n = pick(rng, ["一个", "一个", "一颗" if o["shape"] in ("star", "heart") else "一个", ""]) if count else ""
    if sz and len(sz) == 1 and chance(rng, .5):
        return n + sz + col + de + sh
    return n + col + de + sz + sh


def place(ux, uy, w, h, r, rng):
    s = min(w, h)
    hx, hy = w / (2 * s), h / (2 * s)
    mx, my = max(0.0, hx - r * 1.08 - 0.02), max(0.0, hy - r * 1.08 - 0.02)
    f = lambda u, m: (math.copysign(1, u) * m * uni(rng, 0.66, 0.98) if u else 0.0)
    return f(ux, mx), f(uy, my)


def new_obj(rng, avoid=()):
    return dict(color=pick(rng, [c for c in CN if c not in avoid]), shape=pick(rng, SN), size=None, say_color=chance(rng, 0.97),
                say_size=True)


def shape_op(rng, o, x, y, r):
    ang = 0.0
    return ("shape", (o["shape"], x, y, r, jit(rng, rgb(o["color"])), ang, uni(rng, 0.07, 0.15), 0.24))


def radius(rng, size, lo=0.22, hi=0.34):
    return uni(rng, 0.09, 0.13) if size == "small" else uni(rng, 0.38, 0.44) if size == "large" else uni(rng, lo, hi)


def scene_single(rng, w, h, zh, forced=None):
    o = new_obj(rng)
    if forced:
        o.update(forced.get("obj", {}))
    u = rng.random()
    o["size"] = "small" if u < 0.22 else "large" if u < 0.44 else None
    pos = pick(rng, ["left", "right", "top", "bottom", "centre", "centre", "tl", "tr", "bl", "br"]) if chance(rng, 0.4) else None
    if pos and pos != "centre" and o["size"] == "large":
        o["size"] = None
    r = radius(rng, o["size"], 0.16 if pos not in (None, "centre") else 0.24, 0.24 if pos not in (None, "centre") else 0.36)
    say_pos = pos is not None
    ux, uy = POS[pos or "centre"][:2]
    x, y = place(ux, uy, w, h, r, rng)
    say_bg = chance(rng, 0.78)
    bg, m = background(rng, (o["color"],), say_bg)
    ops = bg + [shape_op(rng, o, x, y, r)]
    if zh:
        n, b = np_zh(rng, o), bg_zh(rng, m)
        p = pick(rng, POS[pos][3]) if say_pos else ""
        cap = n + p
        if say_bg:
            cap = pick(rng, [f"{b}上的{n}" if not p else f"{b},{n}{p}", f"{cap},{b}", f"{b}上{'有' if not p else ','}{cap}", f"{cap}在{b}上" if not p else f"{cap},{b}"])
    else:
        n, b = np_en(rng, o), bg_en(rng, m)
        p = " " + pick(rng, POS[pos][2]) if say_pos else ""
        cap = n + p
        if say_bg:
            cap = pick(rng, [f"{cap} on {b}"] * 4 + [f"{cap}, {b}", f"{b} with {cap}", f"{cap} against {b}", f"{b}, {cap}", f"{n} on {b}{',' if p else ''}{p}"])
    return ops, cap, dict(kind="single", obj=o, bg=m, pos=pos, say_bg=say_bg, xy=(x, y), r=r)


REL = {
    "left": (-1, 0, ["to the left of", "left of", "on the left of", "on the left side of"], "左边"),
    "right": (1, 0, ["to the right of", "right of", "on the right of"], "右边"),
    "above": (0, -1, ["above", "over", "on top of"], "上方"),
    "below": (0, 1, ["below", "under", "beneath"], "下方"),
}


def scene_multi(rng, w, h, zh):
    s = min(w, h)
    hx, hy = w / (2 * s), h / (2 * s)
    u = rng.random()
    say_bg = chance(rng, 0.65)
    if u < 0.2:  # n equal shapes
        n = int(rng.integers(2, 5))
        o = new_obj(rng)
        bg, m = background(rng, (o["color"],), say_bg)
        horiz = w >= h
        L = (hx if horiz else hy) * 2
        r = min(L / n * 0.40, 0.27) * uni(rng, 0.85, 1)
        ops = list(bg)
        for i in range(n):
            a = (i - (n - 1) / 2) * L / n * 0.96
            b = uni(rng, -0.03, 0.03)
            ops.append(shape_op(rng, o, *((a, b) if horiz else (b, a)), r))
        col = pick(rng, COLORS[o["color"]][1 + zh]) if o["say_color"] else ""
        sh = pick(rng, SHAPES[o["shape"]][zh])
        if zh:
            cap = NUM_ZH[n] + pick(rng, ["个", "颗" if o["shape"] == "star" else "个"]) + col + sh
        else:
            pl = "crosses" if sh == "cross" else "boxes" if sh == "box" else sh + "s"
            cap = " ".join(v for v in (NUM_EN[n] if chance(rng, .9) else str(n), col, pl) if v)
    elif u < 0.82:  # two with a relation, or 'and'
        a = new_obj(rng)
        b = new_obj(rng, (a["color"],))
        a["say_color"] = b["say_color"] = True
        rel = pick(rng, list(REL))
        if (h < w * 0.7 and rel in ("above", "below")) or (w < h * 0.7 and rel in ("left", "right")):
            rel = pick(rng, ["left", "right"]) if h < w else pick(rng, ["above", "below"])
        ux, uy = REL[rel][:2]
        half = hx if ux else hy
        ra, rb = (min(uni(rng, 0.15, 0.23), half * 0.44) for _ in range(2))
        off = half * uni(rng, 0.44, 0.56)
        j = lambda: uni(rng, -0.05, 0.05)
        bg, m = background(rng, (a["color"], b["color"]), say_bg)
        ops = bg + [shape_op(rng, a, ux * off + j() * (ux == 0), uy * off + j() * (uy == 0), ra),
                    shape_op(rng, b, -ux * off + j() * (ux == 0), -uy * off + j() * (uy == 0), rb)]
        if rel == ("left" if w >= h else "above") and chance(rng, 0.6):  # 'and': reading order
            if zh:
                cap = np_zh(rng, a) + pick(rng, ["和", "与", "和"]) + np_zh(rng, b)
            else:
                cap = np_en(rng, a) + pick(rng, [" and ", " and ", " with ", " next to ", ", "]) + np_en(rng, b)
        elif zh:
            cap = pick(rng, [f"{np_zh(rng, a)}在{np_zh(rng, b)}的{REL[rel][3]}", f"{np_zh(rng, b)}{REL[rel][3]}有{np_zh(rng, a)}",
                             f"{np_zh(rng, b)}的{REL[rel][3]}是{np_zh(rng, a)}"])
        else:
            cap = f"{np_en(rng, a)}{pick(rng, ['', '', '', ' is'])} {pick(rng, REL[rel][2])} {np_en(rng, b)}"
    else:  # three in a row
        objs = [new_obj(rng) for _ in range(3)]
        for o in objs:
            o["say_color"] = True
        bg, m = background(rng, tuple(o["color"] for o in objs), say_bg)
        horiz = w >= h
        L = (hx if horiz else hy) * 2
        ops = list(bg)
        for i, o in enumerate(objs):
            p = (i - 1) * L / 3 * 0.96
            q = uni(rng, -0.03, 0.03)
            ops.append(shape_op(rng, o, *((p, q) if horiz else (q, p)), min(L / 3 * 0.40, 0.25) * uni(rng, 0.85, 1)))
        if zh:
            cap = "、".join(np_zh(rng, o) for o in objs[:2]) + "和" + np_zh(rng, objs[2])
        else:
            cap = f"{np_en(rng, objs[0])}, {np_en(rng, objs[1])} and {np_en(rng, objs[2])}"
    if say_bg:
        if zh:
            b = bg_zh(rng, m)
            cap = pick(rng, [f"{cap},{b}", f"{b}上的{cap}", f"{b},{cap}"])
        else:
            b = bg_en(rng, m)
            cap = pick(rng, [f"{cap} on {b}"] * 3 + [f"{cap}, {b}", f"{b} with {cap}"])
    return ops, cap, dict(kind="multi")


# ---------------------------------------------------------------- (c): landscapes
SKY = {
    "day": [(0, C(74, 154, 226)), (.6, C(168, 216, 244)), (1, C(222, 240, 248))],
    "sunset": [(0, C(88, 66, 146)), (.38, C(222, 104, 116)), (.62, C(252, 172, 100)), (1, C(255, 212, 140))],
    "sunrise": [(0, C(112, 148, 214)), (.4, C(236, 178, 192)), (.65, C(255, 214, 170)), (1, C(255, 236, 200))],
    "night": [(0, C(12, 16, 48)), (.6, C(36, 48, 106)), (1, C(70, 80, 140))],
}
TINT = {"day": C(255, 255, 255), "sunset": C(250, 205, 190), "sunrise": C(255, 228, 220), "night": C(96, 108, 160)}
TIME_EN = {"day": ["on a sunny day", "in the daytime", "during the day", "by day", "under a blue sky"],
           "sunset": ["at sunset", "at sunset", "at dusk", "in the evening", "during sunset"],
           "sunrise": ["at sunrise", "at dawn", "in the early morning"],
           "night": ["at night", "at night", "by night", "in the night", "at midnight", "under a night sky"]}
TIME_ZH = {"day": ["白天", "晴天", "蓝天下"], "sunset": ["日落", "日落时分", "黄昏", "傍晚"], "sunrise": ["日出", "清晨", "黎明"],
           "night": ["夜晚", "晚上", "夜里", "夜空下"]}
GROUND = {"green": (C(122, 186, 92), C(58, 132, 72)), "winter": (C(244, 248, 252), C(198, 216, 234)),
          "autumn": (C(228, 158, 68), C(176, 96, 48)), "desert": (C(240, 200, 130), C(214, 150, 84))}
HOUSEC = ["red", "blue", "yellow", "white", "pink", "orange", "green", "purple", "brown"]
BOATC = ["white", "red", "yellow", "orange", "blue", "pink"]


def scene_land(rng, w, h, zh):
    s = min(w, h)
    hx, hy = w / (2 * s), h / (2 * s)
    time = pick(rng, ["day", "day", "sunset", "sunset", "night", "night", "sunrise"])
    season = pick(rng, ["green"] * 6 + ["winter"] * 3 + ["autumn"] * 2 + ["desert"])
    tint = TINT[time]
    has_mtn = chance(rng, 0.55)
    ground = pick(rng, ["hills", "hills", "sea", "sea", "both"])
    if season == "desert":
        ground = "hills"
    has_sea = ground != "hills"
    has_hills = ground != "sea"
    if not has_mtn and ground == "sea" and chance(rng, .4):
        has_mtn = True
    has_house = has_hills and chance(rng, 0.5)
    has_trees = has_hills and chance(rng, 0.5)
    has_boat = has_sea and chance(rng, 0.5)
    light = 1
    hor = uni(rng, 0.02, 0.16) * 2 * hy  # horizon (y down, 0 = centre)
    ops = []
    j = lambda c, a=0.02: jit(rng, c, a)
    hue = f32(0)
    ops.append(("vgrad", ([(t, np.clip(c + hue, 0, 1)) for t, c in SKY[time]],)))
    snowy_sky = season == "winter" and time == "day" and chance(rng, .7)
    if snowy_sky:
        ops[0] = ("vgrad", ([(0, C(158, 192, 222)), (.6, C(214, 228, 240)), (1, C(238, 244, 248))],))
    # ---- celestial
    body = None
    stars = False
    bx = uni(rng, -0.7, -0.2) * hx
    if time == "night":
        stars = chance(rng, 0.8)
        if stars:
            n = int(rng.integers(25, 60) * (hx * hy * 4))
            ops.append(("stars", (rng.uniform(-hx, hx, n), rng.uniform(-hy, hor - 0.03, n), rng.uniform(0.0022, 0.0052, n), rng.uniform(0.5, 1.0, n))))
        if chance(rng, 0.75):
            body = pick(rng, ["full", "crescent"])
            by, br = uni(rng, -0.82, -0.45) * hy, uni(rng, 0.06, 0.1)
            ops.append(("glow", (bx, by, br * 2.4, C(190, 200, 240), 0.45)))
            ops.append(("shape", ("circle" if body == "full" else "crescent", bx, by, br, C(252, 246, 218), 0.0 if body == "full" else uni(rng, -.3, .3), 0.05, 0)))
    elif chance(rng, 0.72 if time == "day" else 0.85):
        body = "sun"
        if time == "day":
            by, br, bc = uni(rng, -0.82, -0.45) * hy, uni(rng, 0.07, 0.11), C(255, 226, 96)
            ops.append(("glow", (bx, by, br * 2.2, C(255, 246, 200), 0.6)))
        else:
            by, br = hor - uni(rng, 0.02, 0.24), uni(rng, 0.1, 0.16)
            bc = C(255, 236, 150) if time == "sunrise" else pick(rng, [C(255, 224, 120), C(255, 190, 92), C(255, 128, 92)])
            ops.append(("glow", (bx, by, br * 2.4, C(255, 226, 160), 0.6)))
        ops.append(("shape", ("circle", bx, by, br, j(bc), 0.0, 0.04, 0)))
    # ---- clouds
    has_clouds = chance(rng, 0.45 if time != "night" else 0.2)
    if has_clouds:
        base = {"day": C(255, 255, 255), "sunset": C(255, 196, 170), "sunrise": C(255, 230, 224), "night": C(82, 92, 146)}[time]
        shade = {"day": C(208, 228, 244), "sunset": C(206, 120, 140), "sunrise": C(236, 190, 200), "night": C(50, 58, 108)}[time]
        for ci in range(3):
            k = 5
            xs = np.linspace(-1, 1, k)
            puffs = [(float(x * 1.15), float(0.1 - 0.34 * (1 - x * x) + rng.normal(0, .05)), float(0.34 + 0.24 * (1 - x * x) + rng.normal(0, .04))) for x in xs]
            ops.append(("cloud", ((-.05, .62, -.75)[ci] * hx + uni(rng, -.1, .1), (-.78, -.55, -.4)[ci] * hy, (.12, .14, .1)[ci], puffs, base, shade, 0.92)))
    # ---- mountains
    haze = SKY[time][-1][1]
    snowcap = False
    if has_mtn:
        snowcap = season == "winter" or (season != "desert" and chance(rng, 0.45))
        mc = {"day": C(104, 128, 164), "sunset": C(112, 72, 122), "sunrise": C(142, 130, 168), "night": C(38, 46, 92)}[time]
        if season == "desert":
            mc = {"day": C(196, 124, 84), "sunset": C(150, 70, 76), "sunrise": C(196, 128, 104), "night": C(60, 50, 86)}[time]
        mc = j(mc, .03)
        layers = 2
        for L in range(layers):
            n = int((3 if front_first(L, layers) else 4) * max(1, hx * 1.4))
            front = L == layers - 1
            col = mc if front else mc * f32(.55) + haze * f32(.45)
            pk = [((i + uni(rng, .2, .8)) / n * 2 * hx - hx, uni(rng, 0.22, 0.44) * (1 if front else 0.95) * (1 if hy < .75 else 1.25), uni(rng, 0.7, 1.15)) for i in range(n)]
            sc = np.clip(C(246, 249, 253) * (tint * f32(.75) + f32(.25)), 0, 1)
            ops.append(("ridge", (pk, hor + (0.03 if front else -0.0), col, col * f32(.62) + haze * f32(.38), (sc, uni(rng, .3, .5)) if snowcap and (front or season == "winter") else None, light, 0.006, uni(rng, 0, 6))))
    # ---- sea
    g0, g1 = (c * (tint * f32(.9) + f32(.1)) for c in GROUND[season])
    g0, g1 = j(g0, .03), j(g1, .03)
    bottom = hy
    hills_from = hor
    if has_sea:
        st, sb = {"day": (C(104, 186, 222), C(30, 104, 176)), "sunset": (C(250, 164, 110), C(112, 66, 130)), "sunrise": (C(246, 204, 190), C(96, 136, 190)),
                  "night": (C(52, 68, 130), C(14, 22, 62))}[time]
        if ground == "both":
            bottom = hor + uni(rng, 0.42, 0.6) * (hy - hor)
            hills_from = bottom
        refl = None
        if body:
            refl = (bx, 0.05, C(255, 240, 200) if body == "sun" else C(226, 230, 250), 0.75 if time != "day" else 0.45)
        nw = int(rng.integers(5, 12))
        wv = [(rng.uniform(-hx, hx), rng.uniform(hor + .03, hy), rng.uniform(0.03, 0.09)) for _ in range(nw)]
        ops.append(("sea", (hor, hy, j(st), j(sb), refl, wv, np.clip(st * f32(1.12), 0, 1))))
    boatc = None
    if has_boat:
        boatc = pick(rng, BOATC)
        bs = uni(rng, 0.2, 0.34)
        lim = bottom - 0.06 if ground == "both" else hy - 0.12
        byy = min(uni(rng, hor + 0.08, hor + 0.24), lim)
        k = tint * f32(.6) + f32(.4)
        sail = jit(rng, rgb(boatc)) * k
        s2 = (sail * f32(.9) + f32(.08)) if boatc != "white" else C(236, 232, 222) * k
        ops.append(("boat", (uni(rng, 0.1, .6) * hx, byy, bs, np.clip(sail, 0, 1), np.clip(s2, 0, 1), C(120, 72, 46) * k, C(92, 62, 44) * k, chance(rng, .5))))
    # ---- hills with house and trees
    housec = None
    tree_kind = None
    if has_hills:
        nl = 2 if ground == "hills" else 1
        span = hy - hills_from
        tree_kind = "pine" if season == "winter" or chance(rng, .5) else "round"
        tc = {"green": C(52, 128, 74), "winter": C(60, 112, 96), "autumn": C(222, 104, 44), "desert": C(96, 140, 84)}[season]
        if tree_kind == "pine" and season == "green":
            tc = C(38, 108, 78)
        tc = j(tc, .04) * (tint * f32(.9) + f32(.1))
        trunk = C(104, 70, 48) * (tint * f32(.9) + f32(.1))
        for L in range(nl):
            t = (L + 1) / nl
            base = hills_from + span * (0.10 + 0.62 * L / max(1, nl)) if ground == "hills" else hills_from + 0.02
            comps = [(uni(rng, .02, .055), uni(rng, 2.2, 4.5), uni(rng, 0, 6.3)), (uni(rng, .008, .02), uni(rng, 5, 9), uni(rng, 0, 6.3))]
            far = f32(0.35 * (1 - t))
            c0 = g0 * (1 - far) + haze * far
            c1 = g1 * (1 - far) + haze * far
            c0, c1 = c0 * f32(1.04 - .1 * L), c1 * f32(1.04 - .1 * L)
            last = L == nl - 1
            mid = L == max(0, nl - 2)
            ops.append(("hill", (base, comps, np.clip(c0, 0, 1), np.clip(c1, 0, 1), 0.32)))
            if has_house and mid:
                housec = pick(rng, HOUSEC)
                hxp = uni(rng, -.5, -.1) * hx
                hs = uni(rng, 0.17, 0.28)
                gy = hill_y(hxp, base, comps) + 0.035
                k = tint * f32(.72) + f32(.28)
                roof = C(150, 66, 54) if housec not in ("red", "brown", "orange", "pink") else C(84, 74, 92)
                if season == "winter":
                    roof = C(238, 243, 250)
                win = C(255, 222, 120) if time in ("night", "sunset") else C(182, 222, 240)
                ops.append(("house", (hxp, gy, hs, jit(rng, rgb(housec)) * k, roof * k, win, C(96, 60, 44) * k, C(250, 248, 240) * k)))
            if has_trees and (mid or chance(rng, .6)):
                for _ in range(int(rng.integers(2, 6) * max(1, hx))):
                    tx = pick(rng, [-.85, -.62, .2, .42, .64, .86]) * hx + uni(rng, -.1, .1)
                    if has_house and mid and abs(tx - hxp) < hs * .85:
                        continue
                    ts = uni(rng, 0.12, 0.24) * (0.7 + .4 * t)
                    ops.append(("tree", (tx, hill_y(tx, base, comps) + 0.02, ts, tree_kind, np.clip(tc * f32(uni(rng, .88, 1.1)), 0, 1), trunk)))
    # ---- caption
    say = lambda p: chance(rng, p)
    el = []  # (key, english, chinese)
    say_col = say(0.9)
    if has_house:
        en = pick(rng, COLORS[housec][1]) if say_col else ""
        z = pick(rng, COLORS[housec][2]) if say_col else ""
        hn = pick(rng, ["house", "house", "house", "cottage", "cabin", "home"])
        sm = pick(rng, ["", "", "", "small ", "little "])
        el.append(("house", art(f"{sm}{en + ' ' if en else ''}{hn}"), pick(rng, ["一座", "", "一间"]) + z + ("的" if len(z) > 1 and chance(rng, .4) else "") + pick(rng, ["房子", "小屋", "房屋", "小房子"])))
    if has_boat:
        sc = say(0.85)
        en = pick(rng, COLORS[boatc][1]) if sc else ""
        z = pick(rng, COLORS[boatc][2]) if sc else ""
        bn = pick(rng, ["sailing boat", "sailboat", "boat", "ship"])
        if en and chance(rng, .3):
            e = f"{art(bn)} with {en} sails"
        else:
            e = art(f"{en + ' ' if en else ''}{bn}")
        el.append(("boat", e, pick(rng, ["一艘", "", "一只"]) + z + pick(rng, ["帆船", "小船", "船"])))
    if has_mtn and say(0.88):
        if snowcap and say(.75):
            el.append(("mtn", pick(rng, ["snowy mountains", "snow-capped mountains", "mountains with snow", "white peaks"]), pick(rng, ["雪山", "雪山", "白雪皑皑的山"])))
        else:
            el.append(("mtn", pick(rng, ["mountains", "mountains", "a mountain range", "high mountains", "a mountain"]), pick(rng, ["山", "山脉", "高山", "群山"])))
    if has_trees and say(0.85):
        tn = {"pine": (["pine trees", "trees", "fir trees", "a forest", "pines"], ["松树", "树", "树林", "森林"]),
              "round": (["trees", "trees", "round trees", "a few trees"], ["树", "树木", "几棵树"])}[tree_kind]
        el.append(("trees", pick(rng, tn[0]), pick(rng, tn[1])))
    gsay = None
    if has_hills and say(0.8):
        e = {"green": (["green hills", "hills", "rolling hills", "green fields", "a meadow"], ["绿色山丘", "山丘", "草地", "绿色的山丘"]),
             "winter": (["snowy hills", "snow", "a snowy landscape", "white hills"], ["雪地", "白雪", "雪原"]),
             "autumn": (["autumn hills", "golden hills", "orange hills", "autumn fields"], ["秋天的山丘", "金色山丘"]),
             "desert": (["a desert", "sand dunes", "the desert", "dunes"], ["沙漠", "沙丘"])}[season]
        gsay = ("ground", pick(rng, e[0]), pick(rng, e[1]))
    ssay = ("sea", pick(rng, ["the sea", "the sea", "the ocean", "a lake", "water", "a calm sea"]), pick(rng, ["大海", "海", "湖", "海面"])) if has_sea and say(0.9) else None
    ex = []
    if body == "sun" and say(.6):
        ex.append(pick(rng, [("the sun", "太阳"), ("a sun", "太阳"), ("a big sun", "大太阳"), ("a yellow sun", "太阳"), ("sun", "阳光")]))
    if body == "full" and say(.8):
        ex.append(pick(rng, [("a full moon", "满月"), ("the moon", "月亮"), ("a moon", "圆月"), ("a full moon", "月亮"), ("moon", "月亮")]))
    if body == "crescent" and say(.8):
        ex.append(pick(rng, [("a crescent moon", "弯月"), ("the moon", "月亮"), ("a crescent moon", "月牙"), ("a thin moon", "新月")]))
    if stars and say(.6):
        ex.append(pick(rng, [("stars", "星星"), ("a starry sky", "星空"), ("many stars", "繁星")]))
    if has_clouds and say(.6):
        ex.append(pick(rng, [("clouds", "云"), ("white clouds", "白云"), ("a few clouds", "云朵"), ("a cloudy sky", "多云的天空")]))
    tsay = say(0.85) or time in ("night",) and say(.7)
    wsay = season in ("winter", "autumn") and (gsay is None or say(.3))
    rng.shuffle(ex)
    order = list(el)
    if chance(rng, .35):
        rng.shuffle(order)
    if zh:
        t = pick(rng, TIME_ZH[time]) if tsay else ""
        if wsay:
            t = ({"winter": "冬天", "autumn": "秋天"}[season]) + t
        keys = [k for k, _, _ in order]
        parts = []
        for k, _, z in order:
            if k == "house" and gsay and chance(rng, .7):
                z = pick(rng, [gsay[2] + pick(rng, ["上的", "上的", "中的"]) + z])
                gsay = None
            if k == "boat" and ssay and chance(rng, .7):
                z = ssay[2] + pick(rng, ["上的", "上的", "里的"]) + z
                ssay = None
            if k == "mtn" and ssay and chance(rng, .4):
                z = ssay[2] + pick(rng, ["边的", "旁的"]) + z
                ssay = None
            parts.append(z)
        for g in (gsay, ssay):
            if g:
                parts.append(g[2])
        parts += [e[1] for e in ex]
        if not parts:
            parts = ["风景"]
        if chance(rng, .25):
            rng.shuffle(parts)
        sep = pick(rng, ["和", ",", "、", ","])
        if sep == "和" and len(parts) > 2:
            cap = "、".join(parts[:-1]) + "和" + parts[-1]
        else:
            cap = sep.join(parts)
        if t:
            cap = pick(rng, [f"{t}的{cap}", f"{t}的{cap}", f"{t},{cap}", f"{cap},{t}"])
    else:
        t = pick(rng, TIME_EN[time]) if tsay else ""
        if wsay:
            t = (t + " " if t else "") + pick(rng, ["in winter", "in winter", "on a winter day"] if season == "winter" else ["in autumn", "in the fall", "in autumn"])
        if chance(rng, 0.16):  # tag style
            tags = [e for _, e, _ in order] + [g[1] for g in (gsay, ssay) if g] + [e[0] for e in ex] + ([time if chance(rng, .6) else t] if t else [])
            tags = [x[2:] if x.startswith("a ") and chance(rng, .6) else x for x in tags] or ["landscape"]
            rng.shuffle(tags)
            cap = ", ".join(tags)
        else:
            parts = []
            for k, e, _ in order:
                if k == "house" and gsay and chance(rng, .75):
                    e += " " + pick(rng, ["on", "on", "in", "among"]) + " " + gsay[1]
                    gsay = None
                elif k == "house" and ssay and chance(rng, .5):
                    e += " " + pick(rng, ["by", "near", "at"]) + " " + ssay[1]
                    ssay = None
                elif k == "boat" and ssay and chance(rng, .8):
                    e += " on " + ssay[1]
                    ssay = None
                elif k == "mtn" and ssay and chance(rng, .5):
                    e += " by " + ssay[1]
                    ssay = None
                parts.append(e)
            for g in (gsay, ssay):
                if g:
                    parts.append(g[1])
            w_ = ""
            if ex and parts:
                e = ex[0][0] if len(ex) == 1 else " and ".join([", ".join(v[0] for v in ex[:-1]), ex[-1][0]])
                w_ = pick(rng, [" with ", " with ", " under ", " and ", ", "]) + e
            elif ex:
                parts = [v[0] for v in ex]
            if not parts:
                parts = [pick(rng, ["a landscape", "landscape", "a view", "scenery", "nature"])]
            link = pick(rng, [" and ", " and ", " with ", ", ", " in front of "]) if len(parts) == 2 else None
            body_ = link.join(parts) if link else (parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + pick(rng, [" and ", ", "]) + parts[-1])
            t_ = " " + t if t else ""
            cap = pick(rng, [body_ + t_ + w_, body_ + t_ + w_, body_ + w_ + t_, (t.strip() + ", " + body_ + w_) if t else body_ + w_])
    return ops, cap, dict(kind="land", time=time)


def sample(rng, w=1024, h=1024, kind=None):
    """-> (scene ops, caption, meta) for a canvas of w x h pixels"""
    zh = bool(chance(rng, 0.33))
    u = rng.random()
    kind = kind or ("single" if u < 0.42 else "multi" if u < 0.62 else "land")
    ops, cap, meta = {"single": scene_single, "multi": scene_multi, "land": scene_land}[kind](rng, w, h, int(zh))
    cap = dress(rng, cap, zh)
    meta["zh"] = zh
    return ops, cap, meta


if __name__ == "__main__":
    import sys, time
    from PIL import Image, ImageDraw
    rng = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    n, S = 24, 320
    sheet = Image.new("RGB", (6 * S, (n // 6) * (S + 30)), "white")
    d = ImageDraw.Draw(sheet)
    t0 = time.time()
    caps = []
    for i in range(n):
        w, h = (1024, 1024) if i % 6 < 4 else (1024, 576) if i % 6 == 4 else (576, 1024)
        ops, cap, _ = sample(rng, w, h, None if i < 8 else "land" if i % 3 else "multi")
        k = S / max(w, h)
        im = Image.fromarray((render(ops, int(h * k), int(w * k)) * 255).round().astype(np.uint8))
        sheet.paste(im, ((i % 6) * S, (i // 6) * (S + 30)))
        caps.append(cap)
        d.text(((i % 6) * S + 4, (i // 6) * (S + 30) + S + 6), cap.encode("ascii", "replace").decode()[:58], fill="black")
    print(time.time() - t0)
    print("\n".join(caps))
    sheet.save(sys.argv[1])
