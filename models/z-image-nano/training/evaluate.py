"""Are colours, kinds and positions what the prompt asked for?  Fixed prompts, fixed seeds.

    python evaluate.py preview  [--count 200] [--sizes 512x512,1024x1024] [--state FILE]
    python evaluate.py pipeline [--count 200] [--sizes ...] [--checkpoint FOLDER]
    python evaluate.py drawings [--count 200]
    python evaluate.py crispness   [--count 20] [--checkpoint FOLDER]
    python evaluate.py autoencoder [--count 20] [--checkpoint FOLDER]

`preview` samples from a training state and looks at the latents through the inverse cosine transform: cheap, to follow
training. `pipeline` is the real ZImagePipeline in float32 on an exported checkpoint: the figures of the model card.
`drawings` judges the drawings themselves: what the judge can reach at all.
`crispness` measures outlines (crispness.py) of `count` large, medium and small shapes each, 1024x1024, by the real pipeline.
`autoencoder` encodes and decodes drawings, 1024x1024: `count` scenes never trained on (decibels), and shapes (crispness).
Each size gets `count` one-shape prompts and half as many two-shape prompts, in both languages.
"""
import argparse
import json
import time

import numpy as np

import scenes
from configuration import RELEASE, TRAINING, WORK
from crispness import crispness_of
from drawing import render
from judgement import COLOURS, KINDS, judge_one, judge_two
from shape_scenes import plain_background, radius, shape_operation
from vocabulary import COLOURS as COLOUR_WORDS, SHAPES as KIND_WORDS, pick, with_article

SINGLE_SEED, PAIR_SEED, CRISPNESS_SEED, UNSEEN_SEED = 12345, 54321, 31415, 27182
SHAPE_SIZES = {"large": "large ", "medium": "", "small": "small "}
POINTED = ("star", "heart", "crescent", "cross")
RELATIONS = {"left": (-1, 0, "to the left of", "左边"), "right": (1, 0, "to the right of", "右边"),
             "above": (0, -1, "above", "上方"), "below": (0, 1, "below", "下方")}


def chinese_colour(name):
    return next(word for word in COLOUR_WORDS[name][2] if len(word) > 1)


def chinese_kind(name):
    return KIND_WORDS[name][1][0]


def different_colours(rng, count):
    return [COLOURS[k] for k in rng.choice(len(COLOURS), count, replace=False)]


def single_prompts(count, language):
    """-> [(prompt, background, colour, kind)]"""
    rng = np.random.default_rng([SINGLE_SEED, language == "zh"])
    rows = []
    for k in range(count):
        colour, background = different_colours(rng, 2)
        kind = KINDS[k % len(KINDS)]
        a, b = with_article(colour), with_article(background)
        wordings = [f"{a} {kind} on {b} background", f"{colour} {kind}, {background} background",
                    f"{b} background with {a} {kind}"]
        if language == "zh":
            wordings = [f"{chinese_colour(background)}背景上的一个{chinese_colour(colour)}的{chinese_kind(kind)}",
                        f"一个{chinese_colour(colour)}{chinese_kind(kind)},{chinese_colour(background)}背景"]
        rows.append((pick(rng, wordings), background, colour, kind))
    return rows


def pair_prompts(count, language):
    """-> [(prompt, background, (colour, kind), (colour, kind), relation)]"""
    rng = np.random.default_rng([PAIR_SEED, language == "zh"])
    rows = []
    for k in range(count):
        first, second, background = different_colours(rng, 3)
        one, two = pick(rng, KINDS), pick(rng, KINDS)
        relation = list(RELATIONS)[k % 4]
        _, _, english, chinese = RELATIONS[relation]
        prompt = f"{with_article(first)} {one} {english} {with_article(second)} {two} on {with_article(background)} background"
        if language == "zh":
            prompt = (f"一个{chinese_colour(first)}的{chinese_kind(one)}在一个{chinese_colour(second)}的{chinese_kind(two)}的{chinese},"
                      f"{chinese_colour(background)}背景")
        rows.append((prompt, background, (first, one), (second, two), relation))
    return rows


def sized_prompts(size, count):
    """one shape of that size -> [(prompt, background, colour, kind)]"""
    rng = np.random.default_rng([CRISPNESS_SEED, list(SHAPE_SIZES).index(size)])
    rows = []
    for k in range(count):
        colour, background = different_colours(rng, 2)
        kind = KINDS[k % len(KINDS)]
        prompt = f"{with_article(SHAPE_SIZES[size] + colour)} {kind} on {with_article(background)} background"
        rows.append((prompt, background, colour, kind))
    return rows


def percent(values):
    return round(100 * float(np.mean(values)), 1)


def single_scores(rows, pictures, confusion=None):
    judged = [judge_one(picture) for picture in pictures]
    if confusion is not None:
        for row, result in zip(rows, judged):
            confusion.setdefault(row[3], []).append(result[2])
    pairs = list(zip(rows, judged))
    return dict(count=len(rows), background=percent([r[1] == j[0] for r, j in pairs]),
                colour=percent([r[2] == j[1] for r, j in pairs]), kind=percent([r[3] == j[2] for r, j in pairs]),
                all=percent([r[1:] == j for r, j in pairs]))


def relation_holds(relation, offset):
    """the offset from the second to the first shape points mostly where the relation says"""
    x, y, _, _ = RELATIONS[relation]
    along, across = (offset[0] * x, abs(offset[1])) if x else (offset[1] * y, abs(offset[0]))
    return bool(along > across and along > 6)


def pair_scores(rows, pictures):
    colours, relations, kinds = [], [], []
    for (_, _, first, second, relation), picture in zip(rows, pictures):
        found, shapes, offset = judge_two(picture, first[0], second[0])
        colours.append(found == [first[0], second[0]])
        relations.append(found is not None and relation_holds(relation, offset))
        kinds += [False, False] if found is None else [shapes[0] == first[1], shapes[1] == second[1]]
    return dict(count=len(rows), colours=percent(colours), relation=percent(relations), kind=percent(kinds))


def crispness_scores(rows, pictures):
    """medians; a picture without a shape, or with a blob too small to fit, counts as missing"""
    found = [(row[3], crispness_of(picture, row[3])) for row, picture in zip(rows, pictures)]
    good = [(kind, crispness) for kind, crispness in found if crispness is not None]
    median = lambda values: round(float(np.median(values)), 4) if values else None
    return dict(count=len(found), missing=len(found) - len(good),
                overlap=median([c.overlap for kind, c in good if kind not in POINTED]),
                overlap_pointed=median([c.overlap for kind, c in good if kind in POINTED]),
                roughness=median([c.roughness for _, c in good]), edge_width=median([c.edge_width for _, c in good]),
                halo=median([c.halo for _, c in good]),
                kinds={kind: median([c.overlap for name, c in good if name == kind]) for kind in KINDS})


def drawn_sized(rng, row, size, side=1024):
    _, background, colour, kind = row
    words = None if size == "medium" else size
    return render([plain_background(rng, background), shape_operation(rng, dict(colour=colour, kind=kind), 0, 0, radius(rng, words))], side, side)


def evaluate_crispness(pictures, count):
    results = {}
    for size in SHAPE_SIZES:
        start, rows = time.time(), sized_prompts(size, count)
        made = pictures([row[0] for row in rows], range(7000, 7000 + count), 1024, 1024)
        results[size] = crispness_scores(rows, made)
        print(size, json.dumps(results[size]), f"{time.time() - start:.0f} s", flush=True)
    return results


def round_trip(autoencoder, picture):
    """encoded and decoded again, as an 8-bit picture"""
    import torch
    with torch.no_grad():
        x = torch.from_numpy(np.asarray(picture, np.float32)).permute(2, 0, 1)[None] * 2 - 1
        y = autoencoder.decode(autoencoder.encode(x).latent_dist.mode()).sample[0].permute(1, 2, 0)
    return np.round((y.numpy() / 2 + .5).clip(0, 1) * 255) / 255


def decibels(made, wanted):
    return float(-10 * np.log10(np.mean((np.asarray(made, np.float64) - wanted) ** 2)))


def unseen_drawings(each):
    """so many 1024x1024 of each kind of scene, which nobody trains on -> (kind, drawings)"""
    rng = np.random.default_rng(UNSEEN_SEED)
    for kind in scenes.KINDS:
        yield kind, [render(scenes.sample(rng, 1024, 1024, {kind: 1})[0], 1024, 1024) for _ in range(each)]


def evaluate_autoencoder(checkpoint, count):
    import torch
    from diffusers import AutoencoderKL
    torch.set_num_threads(1)
    autoencoder = AutoencoderKL.from_pretrained(checkpoint, subfolder="vae")
    results = {}
    for kind, drawings in unseen_drawings(-(-count // 3)):
        values = [decibels(round_trip(autoencoder, drawing), drawing) for drawing in drawings]
        results[kind] = dict(count=len(values), decibels=round(float(np.mean(values)), 2), worst=round(min(values), 2))
        print(kind, json.dumps(results[kind]), flush=True)

    for size in SHAPE_SIZES:
        rows, shapes = sized_prompts(size, count), np.random.default_rng([UNSEEN_SEED, list(SHAPE_SIZES).index(size)])
        made = (round_trip(autoencoder, drawn_sized(shapes, row, size)) for row in rows)
        results[size] = crispness_scores(rows, made)
        print(size, json.dumps(results[size]), flush=True)
    return results


def preview_pictures(arguments):
    import torch
    from captions import CaptionTokenizer
    from latents import chosen_latent
    from precision import fastest_network, mixed_precision
    from sampler import sample
    from training_state import load_averaged
    torch.set_num_threads(1)
    text_encoder, transformer, step = load_averaged(arguments.state)
    tokenizer, latent = CaptionTokenizer(), chosen_latent()
    print("step", step)

    def pictures(prompts, seeds, width, height):
        with mixed_precision("cpu"):
            drawn = sample(text_encoder, transformer, tokenizer, prompts, seeds, width, height, model=fastest_network("cpu"))
        return [latent.preview(values.numpy()) for values in drawn]
    return pictures


def pipeline_pictures(arguments):
    import torch
    from diffusers import ZImagePipeline
    torch.set_num_threads(1)
    pipeline = ZImagePipeline.from_pretrained(arguments.checkpoint, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)

    def pictures(prompts, seeds, width, height):
        for prompt, seed in zip(prompts, seeds):
            yield np.asarray(pipeline(prompt, height=height, width=width, num_inference_steps=9, guidance_scale=0.0,
                                      generator=torch.Generator().manual_seed(seed)).images[0], np.float32) / 255
    return pictures


def drawn_single(rng, row, width=1024, height=1024):
    _, background, colour, kind = row
    shape = dict(colour=colour, kind=kind)
    return render([plain_background(rng, background), shape_operation(rng, shape, 0, 0, radius(rng, None))],
                         height // 8, width // 8)


def drawn_pair(rng, row, width=1024, height=1024):
    _, background, first, second, relation = row
    x, y = RELATIONS[relation][:2]
    one, two = (dict(colour=colour, kind=kind) for colour, kind in (first, second))
    return render([plain_background(rng, background), shape_operation(rng, one, x * .25, y * .25, .19),
                          shape_operation(rng, two, -x * .25, -y * .25, .19)], height // 8, width // 8)


def evaluate_drawings(count):
    rng = np.random.default_rng(3)
    single, pair = single_prompts(count, "en"), pair_prompts(count // 2, "en")
    crisp = {size: crispness_scores(rows, (drawn_sized(rng, row, size) for row in rows))
             for size in SHAPE_SIZES for rows in [sized_prompts(size, max(10, count // 10))]}
    return {"drawings": dict(crispness=crisp, single=single_scores(single, [drawn_single(rng, row) for row in single]),
                             pair=pair_scores(pair, [drawn_pair(rng, row) for row in pair]))}


def evaluate_model(pictures, count, sizes, languages):
    results, confusion = {}, {}
    for size in sizes:
        width, height = map(int, size.split("x"))
        for language in languages:
            start = time.time()
            single, pair = single_prompts(count, language), pair_prompts(count // 2, language)
            draw = lambda rows, seed: pictures([row[0] for row in rows], range(seed, seed + len(rows)), width, height)
            scores = dict(single=single_scores(single, draw(single, 1000), confusion), pair=pair_scores(pair, draw(pair, 5000)))
            results[f"{size} {language}"] = scores
            print(f"{size} {language}", json.dumps(scores), f"{time.time() - start:.0f} s", flush=True)
    for kind, answers in confusion.items():
        wrong = {other: answers.count(other) for other in sorted(set(answers), key=str) if other != kind}
        print(f"  {kind}: {percent([answer == kind for answer in answers])} % of {len(answers)}; taken for {wrong}")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["preview", "pipeline", "drawings", "crispness", "autoencoder"])
    parser.add_argument("--count", type=int, default=None, help="one-shape prompts for each size and language (200), or shapes of each size (20)")
    parser.add_argument("--sizes", default="1024x1024")
    parser.add_argument("--languages", default="en,zh")
    parser.add_argument("--state", default=TRAINING / "state.pt")
    parser.add_argument("--checkpoint", default=RELEASE)
    parser.add_argument("--save", default=None, help="JSON file for the scores")
    arguments = parser.parse_args()
    count = arguments.count or (20 if arguments.mode in ("crispness", "autoencoder") else 200)
    if arguments.mode == "drawings":
        results = evaluate_drawings(count)
        print(json.dumps(results))
    elif arguments.mode == "crispness":
        results = evaluate_crispness(pipeline_pictures(arguments), count)
    elif arguments.mode == "autoencoder":
        results = evaluate_autoencoder(arguments.checkpoint, count)
    else:
        maker = preview_pictures if arguments.mode == "preview" else pipeline_pictures
        results = evaluate_model(maker(arguments), count, arguments.sizes.split(","), arguments.languages.split(","))
    save = arguments.save or WORK / f"scores-{arguments.mode}.json"
    with open(save, "w") as file:
        json.dump(results, file, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
