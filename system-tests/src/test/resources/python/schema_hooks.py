"""What Schemathesis does around its calls, so that accepted requests keep no worker busy for minutes."""
import base64
import os
import re
import uuid

import requests
import schemathesis
from schemathesis.transport.serialization import Binary

BASE = os.environ["BASE_URL"]
KEY = {"X-Auth-Key": os.environ["KEY"]}
WAITING = ("/v1/images/generations", "/v1/images/edits", "/v1/images/variations")
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGOoBwAAgQCA05RTSgAAAABJRU5ErkJggg==")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """An event stream is a text, as OpenAPI 3.0 says it; Schemathesis compares that with each event, which it takes for an object."""
    operations = [operation for path in raw_schema["paths"].values() for operation in path.values() if "responses" in operation]
    for response in [response for operation in operations for response in operation["responses"].values()]:
        response.get("content", {}).get("text/event-stream", {}).pop("schema", None)


@schemathesis.hook
def after_call(context, case, response):
    """Accepted tasks are cancelled at once: pictures of every size are the business of other tests."""
    if case.operation.path == "/v1/images/generate" and case.method.upper() == "POST" and response.status_code == 200:
        requests.post(f"{BASE}/v1/tasks/{response.json()['task_id']}/cancel", headers=KEY, timeout=30)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Headers are HTTP, and keys used once; a caller of the OpenAI route waits for its pictures, so they become the smallest there are."""
    for name, value in list((case.headers or {}).items()):
        is_http = not re.search("[^\t -~]", value)
        if name.lower() == "idempotency-key" and (not is_http or re.fullmatch("[!-~]{1,255}", value.strip())):
            # Different requests under one key are refused, and the short keys that are generated come again and again.
            case.headers[name] = str(uuid.uuid4())
        elif not is_http:
            # The server refuses it with an empty 400 before it looks for a route.
            case.headers[name] = "x"
    body = case.body
    if case.operation.path == "/v1/images/generate" and isinstance(body, dict) and isinstance(body.get("webhook_url"), str):
        # No host is allowed where the tests run; WebhooksIT has one.
        del body["webhook_url"]
    if case.operation.path == "/v1/images/generate" and isinstance(body, dict):
        # A schema cannot say that they need each other, what a picture is, nor which adapters there are; EditingIT and LorasIT have some.
        for name in ("image", "mask_image", "strength", "loras"):
            body.pop(name, None)
    if case.operation.path in ("/v1/images/edits", "/v1/images/variations") and isinstance(body, dict):
        # What is a picture, and what needs one, a schema cannot say
        body.pop("mask", None)
        body.pop("strength", None)
        if "image" in body:
            body["image"] = PIXEL
        if isinstance(body.get("n"), int) and 1 < body["n"] <= 10:
            body["n"] = 2
    if case.operation.path == "/v1/pictures/verify":
        # What is a picture a schema cannot say
        if isinstance(body, (bytes, Binary)):
            case.body = PIXEL
        elif isinstance(body, dict) and case.media_type == "application/json" and str(body.get("image", "")).startswith("data:image/"):
            body["image"] = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
        elif isinstance(body, dict) and case.media_type == "multipart/form-data" and "image" in body:
            body["image"] = PIXEL
    if case.operation.path in WAITING and isinstance(body, dict):
        if isinstance(body.get("size"), str) and "x" in body["size"] and body["size"].replace("x", "").isdigit():
            body["size"] = "64x64"
        body.setdefault("size", "64x64")
        if body["size"] == "auto":
            body["size"] = "64x64"
        if isinstance(body.get("num_inference_steps", 1), int) and 1 <= body.get("num_inference_steps", 1) <= 50:
            body["num_inference_steps"] = 1
        if isinstance(body.get("n"), int) and 1 < body["n"] <= 10:
            body["n"] = 2
        if isinstance(body.get("model"), str):
            body["model"] = "z-image-nano"
