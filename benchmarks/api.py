#!/usr/bin/env python3
"""Requests a second and latencies of the HTTP API beside a FastAPI + Celery + Redis service with the same routes.

    benchmarks/api.py [--seconds 10] [--rounds 3] [--warm-up 30] [--connections 1,16,64] [--beside TREE] [--json FILE]

Both run at once on the same machine: a web node of this project, as ./zimage node web starts it, and reference-service/service.py in
uvicorn with a process for each core, with the same PostgreSQL (fsync on) and a Redis of the same build each; or, with --beside, the
node of another built tree of this project, such as the commit before, with a PostgreSQL, a Redis and an Artemis of its own, so that
neither sends the other's messages. They are asked in turn by wrk, each once the machine is idle again, so that neither pays for
what the other has put off. No worker takes tasks on either side. What an accepted request has behind it differs: here two committed
rows, and a message to the broker after the answer; there a message in Redis' memory. The database holds 20,000 finished tasks, of
which reads ask for 5,000 in turn. Needs the built product (./zimage builds it) and wrk.

With --beside, the messages that a side has not sent yet are told at the end: who sends none has more time to answer.
"""
import argparse
import json
import os
import statistics
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from packages import environment_with, run_with

REFERENCE = Path(__file__).resolve().parent / "reference-service"
PACKAGES = (REFERENCE / "requirements.txt").read_text().split()
run_with(*PACKAGES)

import psycopg
import redis

from filling import fill
from load import drive
from machine import await_idle, describe, load, write_json
from servers import Backends, Home, Node, OpenRedis, Started, free_port, get, post

BODY = json.dumps(dict(prompt="a cat sitting on the chair", height=512, width=512, num_inference_steps=9, guidance_scale=0.0,
                       seed=42, negative_prompt=""))
READ_TASKS = 5000


class Reference(Started):
    def __init__(self, backends, store):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        uvicorn = environment_with(*PACKAGES) / "bin/uvicorn"
        super().__init__([uvicorn, "service:app", "--app-dir", REFERENCE, "--port", port, "--workers", os.cpu_count(),
                          "--no-access-log", "--log-level", "warning"], backends.home.folder / "reference.log",
                         DATABASE_URL=backends.database_url, REDIS_URL=store.url)
        self.await_address(self.url + "/health")


@dataclass
class Side:
    """A server that is asked, and tasks that it has."""
    url: str
    tasks: list
    database_url: str


def fill_tables(backends):
    """Fills the tables and returns the newest finished tasks, those to read, as rows."""
    with psycopg.connect(backends.database_url) as connection:
        fill(connection, 20_000)
        # That a worker is there; it takes no task
        connection.execute("""
            INSERT INTO workers (name, model, card, seen_at) VALUES ('idle', 'z-image-nano', '{}', now() + interval '1 day')""")
        return connection.execute("""
            SELECT task_id, image_id, prompt, height, width, num_inference_steps, guidance_scale, seed, negative_prompt,
              created_at, output_path, relative_path, preview_path, preview_relative_path
            FROM image_generation_tasks WHERE status = 'success' ORDER BY created_at DESC LIMIT %s""", (READ_TASKS,)).fetchall()


def keep_as_celery_does(rows, store):
    with redis.Redis.from_url(store.url).pipeline(transaction=False) as pipeline:
        for task_id, image_id, prompt, height, width, steps, guidance, seed, negative, made, *paths in rows:
            output, relative, preview_output, preview = paths
            result = dict(image_id=image_id, prompt=prompt, height=height, width=width, num_inference_steps=steps,
                          guidance_scale=guidance, seed=seed, negative_prompt=negative, cfg_normalization=None,
                          cfg_truncation=None, max_sequence_length=None, created_at=made.isoformat(), auth_key=None,
                          metadata=None, output_path=output, relative_path=relative, preview_output_path=preview_output,
                          preview_relative_path=preview)
            told = dict(status="SUCCESS", result=result, traceback=None, children=[], date_done=made.isoformat(), task_id=task_id)
            pipeline.set("celery-task-meta-" + task_id, json.dumps(told))
        pipeline.execute()


def same_answers(sides):
    """Both sides must do the same work, or their figures say nothing."""
    for name, side in sides.items():
        assert post(side.url + "/v1/images/generate", json.loads(BODY))["status_url"].startswith("/v1/tasks/"), name
        assert get(side.url + "/v1/tasks/" + side.tasks[0])["result"]["relative_path"].endswith(".png"), name
        assert len(get(side.url + "/v1/history?limit=50")) == 50, name
    ours, reference = sides.values()
    if ours.tasks == reference.tasks:
        histories = [[row["task_id"] for row in get(side.url + "/v1/history?limit=20&offset=100")] for side in sides.values()]
        assert histories[0] == histories[1], "the histories differ"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=30, help="seconds of each route at 2, and again at 64 connections before the first figure")
    parser.add_argument("--connections", default="1,16,64")
    parser.add_argument("--beside", type=Path, help="another built tree of this project, instead of the reference service")
    parser.add_argument("--profile", type=Path, help="write a Java Flight Recording of the web node to this file")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    machine, options = describe(), {}
    if arguments.profile:
        options["ZIMAGE_JAVA_OPTIONS"] = f"-XX:StartFlightRecording=filename={arguments.profile.resolve()},settings=profile,dumponexit=true"
    with ExitStack() as opened:
        backends = backends_of_its_own(opened)
        ours = opened.enter_context(Node("web", backends, API_ENABLE_AUTH="false", **options))
        rows = fill_tables(backends)
        sides = {"ours": Side(ours.url, ids(rows), backends.database_url),
                 "reference": other_side(opened, backends, rows, arguments.beside)}
        same_answers(sides)
        print(machine)
        rows = measure({name: routes(side, with_keys=arguments.beside is not None) for name, side in sides.items()}, arguments)
        if arguments.beside:
            print("messages not sent yet: " + ", ".join(f"{name} {unsent(side)}" for name, side in sides.items()))
    write_json(arguments.json, rows=rows)


def backends_of_its_own(opened):
    return opened.enter_context(Backends(opened.enter_context(Home())))


def other_side(opened, backends, rows, tree):
    """The reference service beside our tables, or the node of another tree beside tables of its own."""
    if tree is None:
        store = opened.enter_context(OpenRedis(backends))
        keep_as_celery_does(rows, store)
        return Side(opened.enter_context(Reference(backends, store)).url, ids(rows), backends.database_url)
    own = backends_of_its_own(opened)
    node = opened.enter_context(Node("web", own, tree=tree.resolve(), API_ENABLE_AUTH="false"))
    return Side(node.url, ids(fill_tables(own)), own.database_url)


def unsent(side):
    with psycopg.connect(side.database_url) as connection:
        return connection.execute("""
            SELECT (SELECT count(*) FROM outgoing_messages)
              + (SELECT count(*) FROM image_generation_tasks WHERE status = 'pending' AND dispatched_at IS NULL)""").fetchone()[0]


def ids(rows):
    return [row[0] for row in rows]


def routes(side, with_keys):
    """What a side is asked for; idempotency keys are unknown to the reference service."""
    submit = dict(url=side.url, paths=["/v1/images/generate"], method="POST", body=BODY, headers={"Content-Type": "application/json"})
    all_sides = {
        "GET /v1/tasks/{id}": dict(url=side.url, paths=["/v1/tasks/" + task for task in side.tasks]),
        "GET /v1/history?limit=50": dict(url=side.url, paths=["/v1/history?limit=50"]),
        "POST /v1/images/generate": submit}
    return {**all_sides, "POST with an idempotency key": dict(submit, keys=True)} if with_keys else all_sides


def measure(sides, arguments):
    """sides: of each its routes"""
    for routes in sides.values():
        for route in routes.values():
            # Beside 64 busy threads the compiler gets a thirtieth of the processors and is not done for minutes
            drive(connections=2, seconds=arguments.warm_up, **route)
            drive(connections=64, seconds=arguments.warm_up, **route)
    print(f"{'':29}{'connections':>11}  {'ours/s':>7} {'p50':>7} {'p99':>7}   {'reference/s':>11} {'p50':>7} {'p99':>7}   "
          f"{'ratio (smallest-largest)':>24}  failed  load")
    rows = []
    for name in sides["ours"]:
        for connections in map(int, arguments.connections.split(",")):
            runs = {side: [] for side in sides}
            for _ in range(arguments.rounds):
                for side, routes in sides.items():
                    await_idle()
                    runs[side].append(drive(connections=connections, seconds=arguments.seconds, **routes[name]))
            rows.append(row(name, connections, runs))
    return rows


def row(name, connections, runs):
    middle = {side: {figure: statistics.median(run[figure] for run in of) for figure in ("rate", "p50", "p99")}
              for side, of in runs.items()}
    ratios = [ours["rate"] / reference["rate"] for ours, reference in zip(runs["ours"], runs["reference"])]
    failed = {side: sum(run["failed"] for run in of) for side, of in runs.items()}
    ours, reference = middle["ours"], middle["reference"]
    text = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    print(f"{name:29}{connections:>11}  {ours['rate']:>7.0f} {ours['p50']:>5.1f}ms {ours['p99']:>5.0f}ms   "
          f"{reference['rate']:>11.0f} {reference['p50']:>5.1f}ms {reference['p99']:>5.0f}ms   {text:>24}  "
          f"{failed['ours']}/{failed['reference']}  {load():>4}", flush=True)
    for side, of in runs.items():
        for run in of:
            if run["failures"]:
                print(f"  {side}: {run['failures']}")
    return dict(route=name, connections=connections, ratios=ratios, failed=failed, load=load(), runs=runs)


if __name__ == "__main__":
    main()
