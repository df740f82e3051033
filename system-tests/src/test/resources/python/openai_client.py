"""Draws with the official client of OpenAI's API, as somebody would who only changes the base URL and the key.

Usage: openai_client.py BASE_URL KEY WHAT; prints one JSON object.
"""
import base64
import io
import json
import sys

import openai
import PIL.Image

base_url, key, what = sys.argv[1:4]
client = openai.OpenAI(base_url=base_url + "/v1", api_key=key)


def url():
    images = client.images.generate(model="dall-e-3", prompt="a red circle", size="64x96", n=2)
    return {"created": images.created, "urls": [image.url for image in images.data]}


def b64_json():
    images = client.images.generate(model="gpt-image-1", prompt="a red circle", size="64x64", quality="high")
    return {"png": base64.b64decode(images.data[0].b64_json)[:8].hex()}


def png(width, height, transparent=None):
    """A grey picture; the box, if any, is transparent."""
    picture = PIL.Image.new("RGBA", (width, height), (120, 120, 120, 255))
    if transparent:
        picture.paste((0, 0, 0, 0), transparent)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return ("picture.png", file.getvalue(), "image/png")


def decoded(images):
    return [PIL.Image.open(io.BytesIO(base64.b64decode(image.b64_json))).convert("RGB") for image in images.data]


def edited():
    common = dict(model="gpt-image-1", prompt="a red circle", extra_body={"num_inference_steps": 2, "seed": 3})
    whole = decoded(client.images.edit(image=png(96, 64), **common))
    of_list = decoded(client.images.edit(image=[png(96, 64)], **common))
    part = decoded(client.images.edit(image=png(96, 64), mask=png(96, 64, (60, 0, 96, 64)), **common))
    number = client.images.edit(image=png(96, 64), **dict(common, prompt="7"))
    assert number.data
    varied = decoded(client.images.create_variation(model="dall-e-2", image=png(96, 64), response_format="b64_json"))
    grey = {(120, 120, 120)}
    return {"sizes": [picture.size for picture in whole + of_list + part + varied],
            "kept": {part[0].getpixel((x, y)) for x in range(40) for y in range(64)} == grey}


def streamed():
    common = dict(model="gpt-image-1", prompt="a red circle", stream=True, partial_images=3, extra_body={"num_inference_steps": 20})
    generation = list(client.images.generate(size="512x512", **common))
    edit = list(client.images.edit(image=png(512, 512), size="512x512", **common))
    partial = [event for event in generation + edit if event.type.endswith("partial_image")]
    for event in generation + edit:
        PIL.Image.open(io.BytesIO(base64.b64decode(event.b64_json))).load()
    return {"generation": [event.type for event in generation], "edit": [event.type for event in edit], "partial": len(partial)}


def refused_edit():
    try:
        client.with_options(max_retries=0).images.edit(
            image=("picture.png", b"no picture", "image/png"), prompt="a red circle", model="gpt-image-1")
    except openai.APIStatusError as error:
        return {"error": type(error).__name__, "status": error.status_code, "body": error.body}


def models():
    names = [model.id for model in client.models.list()]
    return {"names": names, "first": client.models.retrieve(names[0]).id}


def retry():
    headers = {"Idempotency-Key": "retry-" + sys.argv[4]}
    draw = lambda: client.images.generate(prompt="a boat", size="64x64", extra_headers=headers).data[0].url
    return {"urls": [draw(), draw()]}


def impatient():
    try:
        client.with_options(timeout=2, max_retries=0).images.generate(
            prompt=sys.argv[4], size="2048x2048", extra_body={"num_inference_steps": 50})
    except openai.APITimeoutError as error:
        return {"error": type(error).__name__}


def refused(**request):
    try:
        client.with_options(max_retries=0).images.generate(**request)
    except openai.APIStatusError as error:
        return {"error": type(error).__name__, "status": error.status_code, "body": error.body}


print(json.dumps({
    "url": url,
    "b64_json": b64_json,
    "edited": edited,
    "streamed": streamed,
    "refused_edit": refused_edit,
    "models": models,
    "retry": retry,
    "impatient": impatient,
    "refused": lambda: refused(**json.loads(sys.argv[4])),
}[what]()))
