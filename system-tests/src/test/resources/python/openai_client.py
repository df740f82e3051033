"""Draws with the official client of OpenAI's API, as somebody would who only changes the base URL and the key.

Usage: openai_client.py BASE_URL KEY WHAT; prints one JSON object.
"""
import base64
import json
import sys

import openai

base_url, key, what = sys.argv[1:4]
client = openai.OpenAI(base_url=base_url + "/v1", api_key=key)


def url():
    images = client.images.generate(model="dall-e-3", prompt="a red circle", size="64x96", n=2)
    return {"created": images.created, "urls": [image.url for image in images.data]}


def b64_json():
    images = client.images.generate(model="gpt-image-1", prompt="a red circle", size="64x64", quality="high")
    return {"png": base64.b64decode(images.data[0].b64_json)[:8].hex()}


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
    "models": models,
    "retry": retry,
    "impatient": impatient,
    "refused": lambda: refused(**json.loads(sys.argv[4])),
}[what]()))
