"""Many pictures with their captions on one sheet."""
import numpy as np
from PIL import Image, ImageDraw, ImageFont

COLUMNS, CELL, CAPTION = 6, 300, 34  # the last two in pixels


def wrapped(draw, text, font, width):
    """two lines at most"""
    for cut in range(len(text), 0, -1):
        if draw.textlength(text[:cut], font=font) <= width:
            break
    if cut == len(text):
        return text
    space = text.rfind(" ", 0, cut)
    cut = space if space > 0 else cut
    return text[:cut] + "\n" + text[cut:].lstrip()


def sheet(pictures, captions, path):
    """pictures: arrays 0..1 [h, w, 3] of any size, each fitted into a square"""
    rows = -(-len(pictures) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * CELL, rows * (CELL + CAPTION)), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(13)
    for k, (picture, caption) in enumerate(zip(pictures, captions)):
        left, top = k % COLUMNS * CELL, k // COLUMNS * (CELL + CAPTION)
        image = Image.fromarray((np.asarray(picture) * 255).round().astype(np.uint8))
        factor = (CELL - 8) / max(image.size)
        image = image.resize([round(side * factor) for side in image.size], Image.LANCZOS if factor < 1 else Image.BICUBIC)
        page.paste(image, (left + (CELL - image.width) // 2, top + (CELL - image.height) // 2))
        text = caption if caption.isascii() else "(in Chinese)"
        draw.multiline_text((left + 5, top + CELL - 2), wrapped(draw, text, font, CELL - 10), fill="black", font=font, spacing=1)
    page.save(path, optimize=True)
