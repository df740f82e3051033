"""Twenty-four fixed prompts on one sheet.

    python contact_sheet.py preview  sheet.png [--state FILE]          from a training state, without the decoder
    python contact_sheet.py pipeline sheet.png [--checkpoint FOLDER]   the real ZImagePipeline, float32

    python contact_sheet.py autoencoder sheet.png [--checkpoint FOLDER]
        eight drawings 1024x1024 beside what encoding and decoding makes of them: whole, and a crop with edges at 1:1
"""
import argparse

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from configuration import RELEASE, TRAINING
from sheet import sheet

SQUARE, WIDE, TALL = (1024, 1024), (1024, 576), (576, 1024)
PROMPTS = [  # the Chinese ones with what they say, for a sheet without a Chinese font
    ("a red circle on a white background", SQUARE),
    ("a blue square on a yellow background", SQUARE),
    ("a green triangle on a pink background", SQUARE),
    ("a yellow star on a blue background", SQUARE),
    ("一个红色的爱心,白色背景", SQUARE, "red heart, white"),
    ("绿色背景上的一个白色的圆环", SQUARE, "white ring, green"),
    ("an orange hexagon on a black background", SQUARE),
    ("一个紫色的十字,黄色背景", SQUARE, "purple cross, yellow"),
    ("a small teal diamond in the top left corner on an orange background", SQUARE),
    ("a large white crescent on a dark blue background", SQUARE),
    ("a red square to the left of a blue triangle on a white background", SQUARE),
    ("a yellow star above a purple circle on a gray background", SQUARE),
    ("一个红色的圆形在一个蓝色的正方形的右边,白色背景", SQUARE, "red circle right of blue square, white"),
    ("three orange hexagons on a blue background", SQUARE),
    ("a red heart and a green cross on a white background", WIDE),
    ("两个黄色星星,紫色背景", WIDE, "two yellow stars, purple"),
    ("a blue ring below a pink heart on a white background", TALL),
    ("a red house on green hills at sunset", SQUARE),
    ("a sailboat on the sea on a sunny day", SQUARE),
    ("夜晚的雪山和月亮", SQUARE, "snowy mountains and moon at night"),
    ("snowy hills with pine trees and a blue cabin in winter", SQUARE),
    ("mountains by the sea at sunrise", WIDE),
    ("autumn hills with trees under a blue sky, clouds", WIDE),
    ("a desert at night with a crescent moon and stars", TALL),
]
SEED = 100


def caption_of(prompt):
    return prompt[0] if len(prompt) == 2 else f"(in Chinese: {prompt[2]})"


def autoencoder_sheet(checkpoint, path, side=256):
    import torch
    from diffusers import AutoencoderKL
    import scenes
    from drawing import render
    from evaluate import UNSEEN_SEED, decibels, round_trip
    from train_autoencoder import crop_of
    torch.set_num_threads(1)
    autoencoder = AutoencoderKL.from_pretrained(checkpoint, subfolder="vae")
    rng = np.random.default_rng([UNSEEN_SEED, 1])
    page = Image.new("RGB", (8 * side, 4 * (side + 16)), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for k, kind in enumerate(["single", "single", "single", "several", "several", "landscape", "landscape", "landscape"]):
        scene = scenes.sample(rng, 1024, 1024, {kind: 1})[0]
        drawing = render(scene, 1024, 1024)
        made = round_trip(autoencoder, drawing)
        top, left, rows, columns = crop_of(rng, scene, 1024, 1024, side - 4)
        for column, picture in enumerate((drawing, made)):
            image = Image.fromarray((picture * 255).round().astype(np.uint8))
            x, y = (k % 2 * 4 + column) * side, k // 2 * (side + 16)
            page.paste(image.resize((side - 4, side - 4), Image.BOX), (x, y))
            page.paste(image.crop((left, top, left + columns, top + rows)), (x + 2 * side, y))
        draw.text((x, y + side - 2), f"{decibels(made, drawing):.1f} dB", fill="black", font=font)
    page.save(path, optimize=True)


def draw_all(pictures):
    """pictures: as made by evaluate.py; one call for each canvas size, back in the order of the prompts"""
    results = [None] * len(PROMPTS)
    for size in (SQUARE, WIDE, TALL):
        chosen = [k for k, prompt in enumerate(PROMPTS) if prompt[1] == size]
        for k, picture in zip(chosen, pictures([PROMPTS[k][0] for k in chosen], [SEED + k for k in chosen], *size)):
            results[k] = picture
    return results


def main():
    from evaluate import pipeline_pictures, preview_pictures
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["preview", "pipeline", "autoencoder"])
    parser.add_argument("out")
    parser.add_argument("--state", default=TRAINING / "state.pt")
    parser.add_argument("--checkpoint", default=RELEASE)
    arguments = parser.parse_args()
    if arguments.mode == "autoencoder":
        autoencoder_sheet(arguments.checkpoint, arguments.out)
        return
    maker = preview_pictures if arguments.mode == "preview" else pipeline_pictures
    sheet(draw_all(maker(arguments)), [caption_of(prompt) for prompt in PROMPTS], arguments.out)


if __name__ == "__main__":
    main()
