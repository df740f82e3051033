#!/usr/bin/env python3
"""Writes the files that the tests of the module picture read, and what Pillow makes of them.

Needs Pillow (made with 13.0.0) and its littlecms2. What it writes is checked in; run it again to add a case:
    python3 make_goldens.py
"""
import hashlib
import io
import pathlib
import struct
import zlib

from PIL import Image, ImageCms, ImageOps

RESOURCES = pathlib.Path(__file__).parent
FILES = RESOURCES / "files"
WIDTH, HEIGHT = 24, 16


def noise(width, height, channels):
    """The bytes that LanczosTest computes too: Knuth's MMIX generator, over a gradient."""
    state, out = 42, bytearray()
    for i in range(width * height * channels):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        hard = 255 if state >> 40 & 1 else 0
        out.append((hard if i // 97 % 3 == 0 else (state >> 33 & 31) + i * 223 // (width * height * channels)))
    return bytes(out)


def lanczos():
    cases = []
    for channels, mode in ((3, "RGB"), (1, "L")):
        for source in ((37, 23), (1, 1), (2, 300), (257, 129)):
            image = Image.frombytes(mode, source, noise(*source, channels))
            for target in ((1, 1), (16, 16), (37, 50), (64, 23), (257, 1), (300, 301), source):
                resized = image.resize(target, Image.Resampling.LANCZOS).tobytes()
                cases.append([channels, *source, *target, hashlib.sha256(resized).hexdigest()])
    lines = ["channels\twidth\theight\tnew width\tnew height\tsha256"] + ["\t".join(map(str, case)) for case in cases]
    (RESOURCES / "lanczos.tsv").write_text("\n".join(lines) + "\n")


def icc_profile(red, green, blue, gamma):
    """A display profile of three primaries, as XYZ under D50 (ICC.1:2001-04)."""
    def s15(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(values):
        return b"XYZ \0\0\0\0" + b"".join(map(s15, values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(8 + 3 + 67 + 3)
    tags = [(b"desc", text), (b"wtpt", xyz((0.9642, 1.0, 0.8249))), (b"rXYZ", xyz(red)), (b"gXYZ", xyz(green)),
            (b"bXYZ", xyz(blue)), (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve), (b"cprt", b"text\0\0\0\0none\0\0\0\0")]
    table, data, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        table += name + struct.pack(">II", offset + len(data), len(content))
        data += content
    head = struct.pack(">I4s4s4s4s4s12s4s", 128 + len(table) + len(data), b"\0\0\0\0", b"\x02\x40\0\0", b"mntr", b"RGB ", b"XYZ ",
                       struct.pack(">6H", 2026, 1, 1, 0, 0, 0), b"acsp")
    head += bytes(28) + b"".join(map(s15, (0.9642, 1.0, 0.8249)))
    return head.ljust(128, b"\0") + table + data


WIDE = icc_profile((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457), 2.2)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(bits, colour_type, rows, before=b""):
    """A PNG of kinds that Pillow does not write. Rows are bytes without filters."""
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour_type, 0, 0, 0)) + before
            + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def colour(x, y):
    return (255 * x // (WIDTH - 1), 255 * y // (HEIGHT - 1), 160 if x < y else 40)


def alpha(x, y):
    return 0 if x < 8 else 255 if x >= 16 else 30 * (x - 8) + y // 4


def sample_rows(pixel, bits=8):
    code = ">" + ("H" if bits == 16 else "B")
    return [b"".join(struct.pack(code, value) for x in range(WIDTH) for value in pixel(x, y)) for y in range(HEIGHT)]


def on_white(image):
    image = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA"):
        try:
            image = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), SRGB)
        except (ImageCms.PyCMSError, OSError):
            pass
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def write(name, content, expected=None):
    """The file, and beside it the pixels that are expected of it: Pillow's own, unless others are given."""
    (FILES / name).write_bytes(content)
    pixels = on_white(Image.open(io.BytesIO(content))) if expected is None else expected
    (FILES / (name + ".rgb")).write_bytes(struct.pack(">HH", *pixels.size) + pixels.tobytes())


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def image(mode, pixel):
    made = Image.new(mode, (WIDTH, HEIGHT))
    made.putdata([pixel(x, y) for y in range(HEIGHT) for x in range(WIDTH)])
    return made


def files():
    rgb = image("RGB", colour)
    rgba = image("RGBA", lambda x, y: (*colour(x, y), alpha(x, y)))
    grey = image("L", lambda x, y: 255 * x // (WIDTH - 1))
    deep = lambda x, y: tuple(value * 257 for value in colour(x, y))
    write("rgb.png", saved(rgb, "PNG"))
    write("rgba.png", saved(rgba, "PNG"))
    write("grey.png", saved(grey, "PNG"))
    write("grey-alpha.png", saved(image("LA", lambda x, y: (200 - 4 * y, alpha(x, y))), "PNG"))
    write("palette.png", saved(rgb.quantize(16), "PNG"))
    write("palette-alpha.png", saved(rgba.quantize(16), "PNG"))
    write("one-bit.png", saved(grey.convert("1"), "PNG"))
    write("grey-2-bit.png", png(2, 0, [bytes([0b00011011]) * (WIDTH // 4)] * HEIGHT),
          image("RGB", lambda x, y: (85 * (x % 4),) * 3))
    write("grey-16-bit.png", png(16, 0, sample_rows(lambda x, y: (colour(x, y)[0] * 257,), 16)),
          image("RGB", lambda x, y: (colour(x, y)[0],) * 3))
    write("rgb-16-bit.png", png(16, 2, sample_rows(deep, 16)), rgb)
    write("rgba-16-bit.png", png(16, 6, sample_rows(lambda x, y: (*deep(x, y), alpha(x, y) * 257), 16)), on_white(rgba))
    write("rgb-transparent-colour.png",
          png(8, 2, sample_rows(colour), chunk(b"tRNS", struct.pack(">3H", *colour(3, 2)))),
          image("RGB", lambda x, y: (255, 255, 255) if colour(x, y) == colour(3, 2) else colour(x, y)))
    write("grey-transparent-colour.png",
          png(8, 0, sample_rows(lambda x, y: (8 * x,)), chunk(b"tRNS", struct.pack(">H", 40))),
          image("RGB", lambda x, y: (255, 255, 255) if x == 5 else (8 * x,) * 3))
    write("wide-colours.png", saved(rgb, "PNG", icc_profile=WIDE))
    write("wide-colours-alpha.png", saved(rgba, "PNG", icc_profile=WIDE))
    write("srgb-profile.png", saved(rgb, "PNG", icc_profile=SRGB.tobytes()), rgb)
    write("broken-profile.png", saved(rgb, "PNG", icc_profile=WIDE[:150] + b"\xff" * 300), rgb)
    write("profile-of-grey.png", saved(grey, "PNG", icc_profile=WIDE), grey.convert("RGB"))
    exif = Image.Exif()
    for turn in range(1, 9):
        exif[0x0112] = turn
        write(f"turned-{turn}.jpg", saved(rgb, "JPEG", quality=95, subsampling=0, exif=exif))
    exif[0x0112] = 6
    write("turned.png", saved(rgb, "PNG", exif=exif))
    write("turned.webp", saved(rgb, "WEBP", lossless=True, exif=exif))
    red = image("RGB", lambda x, y: (200, 0, 0))
    write("animated.png", saved(rgb, "PNG", save_all=True, append_images=[red]))
    write("rgb.jpg", saved(rgb, "JPEG", quality=95))
    write("progressive.jpg", saved(rgb, "JPEG", quality=95, progressive=True))
    write("grey.jpg", saved(grey, "JPEG", quality=95))
    write("wide-colours.jpg", saved(rgb, "JPEG", quality=95, subsampling=0, icc_profile=WIDE))
    write("broken-profile.jpg", saved(rgb, "JPEG", quality=95, subsampling=0, icc_profile=WIDE[:150] + b"\xff" * 300),
          Image.open(io.BytesIO(saved(rgb, "JPEG", quality=95, subsampling=0))))
    write("cmyk.jpg", saved(rgb.convert("CMYK"), "JPEG", quality=95))
    write("lossy.webp", saved(rgb, "WEBP", quality=90))
    write("lossless.webp", saved(rgb, "WEBP", lossless=True))
    write("lossy-alpha.webp", saved(rgba, "WEBP", quality=90))
    write("lossless-alpha.webp", saved(rgba, "WEBP", lossless=True))
    write("wide-colours.webp", saved(rgb, "WEBP", lossless=True, icc_profile=WIDE))
    (FILES / "animated.webp").write_bytes(saved(rgb, "WEBP", save_all=True, append_images=[red]))
    (FILES / "animated.gif").write_bytes(saved(rgb, "GIF", save_all=True, append_images=[red]))
    (FILES / "picture.tif").write_bytes(saved(rgb, "TIFF"))


FILES.mkdir(parents=True, exist_ok=True)
lanczos()
files()
