"""Lets a server draw a picture, shows the progress and saves the PNG, with nothing but Python:

    python3 docs/examples/draw_picture.py http://127.0.0.1:8000 "a red circle" circle.png
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid


def call(address, body=None, method=None, headers=None):
    headers = dict(headers or {})
    if "ZIMAGE_KEY" in os.environ:
        headers["X-Auth-Key"] = os.environ["ZIMAGE_KEY"]
    if body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(body).encode()
    return urllib.request.urlopen(urllib.request.Request(address, body, headers, method=method), timeout=60)


def follow(address):
    """The task's statuses, as they are told; the last one is final."""
    with call(address) as stream:
        for line in stream:
            if line.startswith(b"data:"):
                yield json.loads(line[len(b"data:"):])


def draw(server, prompt, file):
    request = {"prompt": prompt, "width": 512, "height": 512, "seed": 3}
    # The same request with the same key may be sent again when its answer is lost
    with call(server + "/v1/images/generate", request, headers={"Idempotency-Key": str(uuid.uuid4())}) as answer:
        task = urllib.parse.urljoin(server, json.load(answer)["status_url"])
    try:
        for seen in follow(task + "/events"):
            print(seen["status"], seen["progress"])
    except KeyboardInterrupt:
        call(task + "/cancel", method="POST").close()
        raise
    if seen["status"] != "SUCCESS":
        sys.exit("There is no picture: " + seen["error_hint"])
    with call(urllib.parse.urljoin(server, seen["image_url"].replace(".webp", ".png"))) as picture, open(file, "wb") as png:
        png.write(picture.read())
    print(file, "seed", seen["result"]["seed"])


if __name__ == "__main__":
    try:
        draw(*sys.argv[1:])
    except urllib.error.HTTPError as refusal:
        sys.exit(f"The server refuses ({refusal.code}): " + refusal.read().decode())
