#!/usr/bin/env python3
"""What the service costs beside its model: how busy the model is under a backlog, and what comes before and after the steps.

    benchmarks/service.py [--backlog 50] [--rounds 20] [--json FILE]

Starts the whole system (./zimage up) with z-image-nano and measures
- the share of the wall time in which the inference thread works, over a backlog of pictures at 512x512, from the sums of
  zimage_phase_seconds at the end of the first and of the last of them;
- from sending a POST to the beginning of the first step, idle: until the claim, from the task's row, and the text encoder's
  time, from zimage_phase_seconds;
- what previews cost: the time of the steps at 1024x1024, with somebody who watches them and without, in turn;
- at 1024x1024 from the end of the last step, as the event stream tells it, to the SUCCESS there, and the parts of that time.

Needs the built product (./zimage builds it).
"""
import argparse
import json
import re
import time
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

from packages import run_with

run_with("psycopg[binary]==3.2.10")

import psycopg

from machine import describe, load, spread, write_json
from servers import Home, WholeSystem, post

PHASE = re.compile(r'^zimage_phase_seconds_(sum|count)\{.*?phase="(\w+)".*?\} ([\d.eE+-]+)', re.M)
MODEL = ("prompt", "sampling", "decoding")
STEPS = 9
WARM_UP = 500


class Phases:
    """The sums and counts of /metrics at one moment."""

    def __init__(self, url):
        with urllib.request.urlopen(url + "/metrics") as answer:
            page = answer.read().decode()
        self.time = time.perf_counter()
        self.of = {(kind, phase): float(value) for kind, phase, value in PHASE.findall(page)}

    def count(self, phase):
        return self.of.get(("count", phase), 0)

    def since(self, before, phase):
        return self.of.get(("sum", phase), 0) - before.of.get(("sum", phase), 0)


def order(url, size, seed, steps=STEPS):
    return post(url + "/v1/images/generate", dict(prompt=f"a red circle on a white background, {seed}", width=size, height=size,
                                                  num_inference_steps=steps, seed=seed))["task_id"]


def events(url, task, query=""):
    """Time and data of each event of a task."""
    with urllib.request.urlopen(f"{url}/v1/tasks/{task}/events{query}", timeout=120) as stream:
        for line in stream:
            if line.startswith(b"data:"):
                yield time.perf_counter(), json.loads(line[5:])


def wait(url, task):
    for _, told in events(url, task):
        last = told
    if last["status"] != "SUCCESS":
        raise SystemExit(f"Task {task} ended as {last}")


def warm_up(url):
    """Until the code of a request's way is compiled, as it is in a service that has run for a minute."""
    for seed in range(WARM_UP):
        wait(url, order(url, 64, 10_000 + seed, steps=1))
    for seed in range(10):
        wait(url, order(url, 512, 100 + seed))


def await_decoded(url, count, pause):
    while True:
        now = Phases(url)
        if now.count("decoding") >= count:
            return now
        time.sleep(pause)


def busy(url, backlog):
    """The share of the wall time between the end of the first and of the last picture of a backlog."""
    begun = Phases(url).count("decoding")
    for seed in range(backlog + 1):
        last = order(url, 512, seed)
    first = await_decoded(url, begun + 1, 0.01)
    done = int(first.count("decoding") - begun)
    # Asking costs time that the model wants: the middle is left alone
    await_decoded(url, begun + backlog - 3, 1)
    end = await_decoded(url, begun + backlog + 1, 0.01)
    wait(url, last)
    pictures = int(end.count("decoding") - begun) - done
    wall = end.time - first.time
    working = sum(end.since(first, phase) for phase in MODEL)
    return dict(pictures=pictures, wall=wall, working=working, share=working / wall,
                phases={phase: end.since(first, phase) / pictures for phase in (*MODEL, "storing")})


def idle(url, database, rounds):
    """Milliseconds from sending a POST to the claim and to the first step."""
    claimed, stepped, answered = [], [], []
    for seed in range(rounds):
        time.sleep(0.3)
        before, sent, start = Phases(url), datetime.now(timezone.utc), time.perf_counter()
        task = order(url, 512, 1000 + seed)
        answered.append(1000 * (time.perf_counter() - start))
        wait(url, task)
        prompt = 1000 * Phases(url).since(before, "prompt")
        started = database.execute("SELECT started_at FROM image_generation_tasks WHERE task_id = %s", (task,)).fetchone()[0]
        claimed.append(1000 * (started - sent).total_seconds())
        stepped.append(claimed[-1] + prompt)
    return dict(answered=answered, claimed=claimed, stepped=stepped)


def watching(url, rounds):
    """Milliseconds of the steps of a picture that nobody watches, and of one whose previews somebody watches; and how many came."""
    unwatched, watched, previews = [], [], 0
    for seed in range(2 * rounds):
        times, query = (unwatched, "") if seed % 2 else (watched, "?previews=1")
        before = Phases(url)
        for _, told in events(url, order(url, 1024, 3000 + seed), query):
            previews += "image" in told
        time.sleep(0.1)
        times.append(1000 * Phases(url).since(before, "sampling"))
    return dict(unwatched=unwatched, watched=watched, previews=previews)


def ending(url, rounds):
    """Milliseconds from the event of the last step to that of the SUCCESS at 1024x1024, and what the decoder takes of them."""
    seen, decoding, storing = [], [], []
    for seed in range(rounds):
        before = Phases(url)
        last_step = None
        for at, told in events(url, order(url, 1024, 2000 + seed)):
            if told["status"] == "PROGRESS" and told["progress"] == 99 and last_step is None:
                last_step = at
            if told["status"] == "SUCCESS":
                success = at
                break
        time.sleep(0.1)
        after = Phases(url)
        if last_step is not None:
            seen.append(1000 * (success - last_step))
            decoding.append(1000 * after.since(before, "decoding"))
            storing.append(1000 * after.since(before, "storing"))
    return dict(seen=seen, decoding=decoding, storing=storing)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backlog", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    machine = describe()
    with Home() as home, WholeSystem(home) as system:
        system.await_worker()
        url = system.url
        warm_up(url)
        wait(url, order(url, 1024, 200))
        print(machine)
        backlog = busy(url, arguments.backlog)
        print(f"backlog of {backlog['pictures']} pictures at 512x512, {STEPS} steps: {backlog['wall']:.1f} s, inference thread busy "
              f"{100 * backlog['share']:.1f} %, gap {1000 * (backlog['wall'] - backlog['working']) / backlog['pictures']:.1f} ms a picture "
              f"(load {load()})")
        print("  a picture: " + ", ".join(f"{phase} {1000 * seconds:.0f} ms" for phase, seconds in backlog["phases"].items()))
        state = json.loads((home.folder / "home/run/state.json").read_text())
        password = (home.folder / "home/postgresql/password").read_text().strip()
        with psycopg.connect(f"postgresql://zimage:{password}@127.0.0.1:{state['postgresql_port']}/zimage", autocommit=True) as database:
            first = idle(url, database, arguments.rounds)
        print(f"idle, 512x512, ms from sending the POST, median (smallest-largest) of {arguments.rounds}: answered "
              f"{spread(first['answered'], 1)}, claimed {spread(first['claimed'], 1)}, first step begun {spread(first['stepped'], 1)} "
              f"(load {load()})")
        shown = watching(url, arguments.rounds)
        print(f"1024x1024, {STEPS} steps, ms: {spread(shown['unwatched'], 0)} unwatched, {spread(shown['watched'], 0)} with "
              f"{shown['previews'] / arguments.rounds:.1f} previews a picture watched (load {load()})")
        last = ending(url, arguments.rounds)
        print(f"1024x1024, ms from the last step to SUCCESS in the event stream: {spread(last['seen'], 0)}; of these decoding "
              f"{spread(last['decoding'], 0)}, encoding and storing {spread(last['storing'], 0)} (load {load()})")
    write_json(arguments.json, backlog=backlog, idle=first, watching=shown, ending=last)


if __name__ == "__main__":
    main()
