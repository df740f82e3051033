#!/usr/bin/env python3
"""Requests a second and latencies of the HTTP API beside a FastAPI + Celery + Redis service with the same routes.

    benchmarks/api.py [--seconds 10] [--rounds 3] [--warm-up 30] [--connections 1,16,64] [--beside TREE] [--json FILE]

Both run at once on the same machine with the same PostgreSQL (fsync on) and a Redis of the same build each, and are asked in turn
by wrk, so that a busy machine is busy for both: a web node of this project, as ./zimage node web starts it, and
reference-service/service.py in uvicorn with a process for each core; or, with --beside, the node of another built tree of this
project, such as the commit before. No worker takes tasks on either side. What an accepted
request has behind it differs: here two committed rows, and a message to the broker after the answer; there a message in Redis'
memory. The database holds 20,000 finished tasks, of which reads ask for 5,000 in turn. Needs the built product (./zimage builds
it) and wrk.
"""
import argparse
import json
import os
import statistics
from contextlib import nullcontext
from pathlib import Path

from packages import environment_with, run_with

REFERENCE = Path(__file__).resolve().parent / "reference-service"
PACKAGES = (REFERENCE / "requirements.txt").read_text().split()
run_with(*PACKAGES)

import psycopg
import redis

from filling import fill
from load import drive
from machine import describe, load, write_json
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


def prepare(backends, store):
    """Fills the tables, puts the tasks' results where Celery keeps them, and returns the ids of tasks to read."""
    with psycopg.connect(backends.database_url) as connection:
        fill(connection, 20_000)
        rows = connection.execute("""
            SELECT task_id, image_id, prompt, height, width, num_inference_steps, guidance_scale, seed, negative_prompt,
              created_at, output_path, relative_path, preview_path, preview_relative_path
            FROM image_generation_tasks WHERE status = 'success' ORDER BY created_at DESC LIMIT %s""", (READ_TASKS,)).fetchall()
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
    return [row[0] for row in rows]


def same_answers(sides, tasks):
    """Both sides must do the same work, or their figures say nothing."""
    for name, url in sides.items():
        assert post(url + "/v1/images/generate", json.loads(BODY))["status_url"].startswith("/v1/tasks/"), name
        assert get(url + "/v1/tasks/" + tasks[0])["result"]["relative_path"].endswith(".png"), name
        assert len(get(url + "/v1/history?limit=50")) == 50, name
    ours, reference = (get(url + "/v1/history?limit=20&offset=100") for url in sides.values())
    assert [row["task_id"] for row in ours] == [row["task_id"] for row in reference], "the histories differ"


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
    with Home() as home, Backends(home) as backends, OpenRedis(backends) as store, other_node(arguments.beside, backends) as beside, \
            Node("web", backends, API_ENABLE_AUTH="false", **options) as ours:
        tasks = prepare(backends, store)
        with beside or Reference(backends, store) as reference:
            sides = {"ours": ours.url, "reference": reference.url}
            same_answers(sides, tasks)
            print(machine)
            rows = measure(sides, routes(tasks, with_keys=beside is not None), arguments)
    write_json(arguments.json, rows=rows)


def other_node(tree, backends):
    """A node of another tree, which migrates the tables first; nothing without one."""
    return nullcontext() if tree is None else Node("web", backends, tree=tree.resolve(), API_ENABLE_AUTH="false")


def routes(tasks, with_keys):
    """What is asked for; idempotency keys are unknown to the reference service."""
    submit = dict(paths=["/v1/images/generate"], method="POST", body=BODY, headers={"Content-Type": "application/json"})
    all_sides = {
        "GET /v1/tasks/{id}": dict(paths=["/v1/tasks/" + task for task in tasks]),
        "GET /v1/history?limit=50": dict(paths=["/v1/history?limit=50"]),
        "POST /v1/images/generate": submit}
    return {**all_sides, "POST with an idempotency key": dict(submit, keys=True)} if with_keys else all_sides


def measure(sides, routes, arguments):
    for route in routes.values():
        for url in sides.values():
            # Beside 64 busy threads the compiler gets a thirtieth of the processors and is not done for minutes
            drive(url, connections=2, seconds=arguments.warm_up, **route)
            drive(url, connections=64, seconds=arguments.warm_up, **route)
    print(f"{'':29}{'connections':>11}  {'ours/s':>7} {'p50':>7} {'p99':>7}   {'reference/s':>11} {'p50':>7} {'p99':>7}   "
          f"{'ratio (smallest-largest)':>24}  failed  load")
    rows = []
    for name, route in routes.items():
        for connections in map(int, arguments.connections.split(",")):
            runs = {side: [] for side in sides}
            for _ in range(arguments.rounds):
                for side, url in sides.items():
                    runs[side].append(drive(url, connections=connections, seconds=arguments.seconds, **route))
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
