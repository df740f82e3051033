#!/usr/bin/env python3
"""Many large uploads at the same moment: what the server answers, whether it stays healthy, and its memory.

    benchmarks/uploads.py [--uploads 200] [--megabytes 10] [--json FILE]

Starts the whole system (./zimage up), then sends requests that begin with a picture of random pixels, all at the same time. The
server may answer 200, or 503 with Retry-After where it has no room; it is asked for its health meanwhile. Needs the built product
(./zimage builds it), and memory for two servers and one upload.
"""
import argparse
import base64
import collections
import http.client
import json
import os
import struct
import threading
import time
import urllib.parse
import urllib.request
import zlib
from pathlib import Path

from machine import describe, write_json
from servers import Home, WholeSystem


def png(megabytes):
    """A square of random pixels, which nothing compresses."""
    side = int((megabytes * 1e6 / 3) ** 0.5)
    rows = b"".join(b"\0" + os.urandom(3 * side) for _ in range(side))

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def send(address, body, answers):
    try:
        connection = http.client.HTTPConnection(address, timeout=300)
        connection.request("POST", "/v1/images/generate", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        answers.append(f"{answer.status}" + (" with Retry-After" if answer.getheader("Retry-After") else ""))
    except OSError as failure:
        answers.append(type(failure).__name__)


def server(home):
    """The process that serves."""
    return json.loads((home.folder / "home/run/state.json").read_text())["payara"]


def memory(pid, field):
    line, = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def watch(url, healths, stop):
    while not stop.is_set():
        begin = time.perf_counter()
        try:
            with urllib.request.urlopen(url + "/health", timeout=60) as answer:
                healths.append((json.load(answer)["status"], time.perf_counter() - begin))
        except OSError as failure:
            healths.append((type(failure).__name__, time.perf_counter() - begin))
        stop.wait(0.5)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    picture = base64.b64encode(png(arguments.megabytes)).decode()
    body = json.dumps(dict(prompt="a red circle", width=64, height=64, num_inference_steps=1,
                           image="data:image/png;base64," + picture)).encode()
    with Home() as home, WholeSystem(home) as system:
        system.await_worker()
        answers, healths, stop = [], [], threading.Event()
        address = urllib.parse.urlsplit(system.url).netloc
        send(address, body, [])
        pid = server(home)
        before = memory(pid, "VmRSS")
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        threads = [threading.Thread(target=send, args=(address, body, answers)) for _ in range(arguments.uploads)]
        watcher = threading.Thread(target=watch, args=(system.url, healths, stop))
        watcher.start()
        begin = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begin
        stop.set()
        watcher.join()
        most = memory(pid, "VmHWM")
    result = dict(uploads=arguments.uploads, megabytes=len(body) / 1e6, seconds=seconds, answers=collections.Counter(answers),
                  health=collections.Counter(status for status, _ in healths), slowest_health=max(took for _, took in healths),
                  memory_before=before, memory_most=most)
    print(describe())
    print(f"{arguments.uploads} uploads of {len(body) / 1e6:.1f} MB at once, answered in {seconds:.1f} s: {dict(result['answers'])}")
    print(f"health meanwhile: {dict(result['health'])}, the slowest after {result['slowest_health']:.1f} s")
    print(f"memory of the server: {before:.0f} MiB before, {most:.0f} MiB at most")
    write_json(arguments.json, **result)


if __name__ == "__main__":
    main()
