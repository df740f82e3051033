#!/usr/bin/env python3
"""The history and single tasks over a database with a million tasks: the plans of the product's own statements, and p50 and p99.

    benchmarks/history.py [--tasks 1000000] [--seconds 20] [--connections 16] [--json FILE]

Starts PostgreSQL (fsync on), Redis and the broker as ./zimage does, fills the database in SQL (about 476,000 batches of 1 to 8
pictures over two years, of 2,000 clients, the busiest with a tenth of them), starts a web node on it by DATABASE_URL, and asks
it by HTTP. The plans are those that PostgreSQL's auto_explain logs while the product's statements run: EXPLAIN (ANALYZE,
BUFFERS). Needs the built product (./zimage builds it) and wrk.
"""
import argparse
import re
import statistics
import time
import urllib.parse
import urllib.request
from pathlib import Path

from packages import run_with

run_with("psycopg[binary]==3.2.10")

import psycopg

from filling import CLIENTS, fill
from load import drive
from machine import describe, load, write_json
from servers import Backends, Home, Node, get

ADMIN_KEY = "the-administrator"
# Enough for the driver to prepare a statement on the server and for PostgreSQL to choose between a general and a special plan.
REPEATS = 15


def one(connection, query):
    return connection.execute(query).fetchone()


def cases(connection):
    """Name → key and path: what callers ask for, from the cheap to the awkward."""
    busiest, count = one(connection, "SELECT api_client_id, count(*) FROM image_generation_batches GROUP BY 1 ORDER BY 2 DESC LIMIT 1")
    names = {row[0]: row[1].replace("Client ", "client-") for row in connection.execute("SELECT id, display_name FROM api_clients")}
    rare = names[one(connection, "SELECT api_client_id FROM image_generation_batches GROUP BY 1 ORDER BY count(*) LIMIT 1")[0]]
    busy = names[busiest]
    task = one(connection, f"SELECT task_id FROM image_generation_tasks t JOIN image_generation_batches b ON b.id = t.batch_id "
                           f"WHERE api_client_id = '{busiest}' ORDER BY t.created_at OFFSET {count // 3} LIMIT 1")[0]
    after = one(connection, "SELECT (extract(epoch FROM created_at) * 1000000)::bigint || '_' || id FROM image_generation_batches "
                            f"WHERE api_client_id = '{busiest}' ORDER BY created_at DESC OFFSET {count // 2} LIMIT 1")[0]
    everything = one(connection, "SELECT count(*) FROM image_generation_batches")[0]
    quote = urllib.parse.quote
    return {
        "one client's newest": (busy, "/v1/history?limit=50"),
        "a rare client's newest": (rare, "/v1/history?limit=50"),
        "everybody's newest (administrator)": (ADMIN_KEY, "/v1/history?limit=50"),
        f"deep page: offset {count // 2}": (busy, f"/v1/history?limit=50&offset={count // 2}"),
        f"deep page, administrator: offset {everything // 2}": (ADMIN_KEY, f"/v1/history?limit=50&offset={everything // 2}"),
        "cursor, the same depth as the deep page": (busy, f"/v1/history?limit=50&before={after}"),
        "search: a word of one prompt": (ADMIN_KEY, "/v1/history?limit=50&q=" + str(everything // 2)),
        "search: two words of many": (ADMIN_KEY, "/v1/history?limit=50&q=dragon%20castle"),
        "search: a word of every prompt": (ADMIN_KEY, "/v1/history?limit=50&q=evening"),
        "search: a beginning of words": (ADMIN_KEY, "/v1/history?limit=50&q=dra"),
        "search: Chinese": (ADMIN_KEY, "/v1/history?limit=50&q=" + quote("椅子")),
        "search: no prompt has it": (ADMIN_KEY, "/v1/history?limit=50&q=zeppelin"),
        "search: one client, two words": (busy, "/v1/history?limit=50&q=dragon%20castle"),
        "search: a rare client, a frequent word": (rare, "/v1/history?limit=50&q=evening"),
        "status FAILURE": (ADMIN_KEY, "/v1/history?limit=50&status=FAILURE"),
        "status FAILURE of one client": (busy, "/v1/history?limit=50&status=FAILURE"),
        "status PENDING (there is none)": (ADMIN_KEY, "/v1/history?limit=50&status=PENDING"),
        "one month, two years ago": (ADMIN_KEY, "/v1/history?limit=50&to="
                                     + one(connection, "SELECT (min(created_at) + interval '30 days')::date FROM image_generation_batches")[0].isoformat()),
        "a batch's detail": (busy, "/v1/history/" + after.split("_")[1]),
        "a task by its id": (busy, "/v1/tasks/" + task),
    }


def ask(url, key):
    start = time.perf_counter()
    request = urllib.request.Request(url, headers={"X-Auth-Key": key})
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
    return 1000 * (time.perf_counter() - start)


class Plans:
    """What auto_explain writes to PostgreSQL's log."""

    # Lines of the log that begin with a time begin another message
    ENTRY = re.compile(r"duration: ([\d.]+) ms  plan:\n((?:(?!\d{4}-\d\d-\d\d ).*\n)+)")

    def __init__(self, log):
        self.log = log
        self.seen = log.stat().st_size

    def new(self):
        """Duration in ms and text of every plan since the last call."""
        time.sleep(0.3)
        with open(self.log, "rb") as log:
            log.seek(self.seen)
            text = log.read().decode(errors="replace")
        self.seen += len(text.encode())
        return [(float(duration), plan) for duration, plan in self.ENTRY.findall(text)]


def explained(plans):
    """
    The statement that took longest of those that every request ran; the product's own background work runs less often.

    Returns its median in ms and its last plan.
    """
    runs = {}
    for duration, plan in plans:
        if "image_generation" in plan:
            runs.setdefault(re.split(r"Query Parameters|\(cost=", plan)[0], []).append((duration, plan))
    every = [run for run in runs.values() if len(run) >= REPEATS] or [[(0.0, "(no plan was logged)\n")]]
    slowest = max(every, key=lambda run: statistics.median(duration for duration, plan in run))
    return statistics.median(duration for duration, plan in slowest), slowest[-1][1]


def readable(plan):
    return "\n".join("    " + line.replace("\t", "", 1)[:200] for line in plan.splitlines() if "Query Text" not in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--plans", type=Path, help="write the plans to a file instead of the terminal")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    machine = describe()
    with Home() as home, Backends(home) as backends:
        environment = dict(API_ENABLE_AUTH="true", API_ADMIN_KEY=ADMIN_KEY)
        with Node("web", backends, **environment):
            pass  # it makes the tables
        address, superuser = (url.split("?")[0] for url in (backends.database_url, backends.superuser_url))
        with psycopg.connect(address) as connection:
            start = time.time()
            fill(connection, arguments.tasks)
            counts = [one(connection, f"SELECT count(*) FROM image_generation_{rows}")[0] for rows in ("tasks", "batches")]
            size = one(connection, "SELECT pg_size_pretty(pg_database_size(current_database()))")[0]
            print(machine)
            print(f"{counts[0]} tasks in {counts[1]} batches of {CLIENTS} clients, {size}, filled in {time.time() - start:.0f} s")
            asked = cases(connection)
            database = connection.info.dbname
            explain = ("session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0",
                       "auto_explain.log_analyze = on", "auto_explain.log_buffers = on")
            with psycopg.connect(superuser) as owner:
                for setting in explain:
                    owner.execute(f"ALTER DATABASE {database} SET {setting}")
            tasks = [row[0] for row in connection.execute(
                "SELECT task_id FROM image_generation_tasks ORDER BY random() LIMIT 20000")]
            with Node("web", backends, **environment) as web:
                print(f"\n{'asked for, one at a time':50}  {'HTTP median':>11}  {'slowest':>9}  {'statement':>9}")
                rows = [explain_case(name, web.url + path, key, Plans(backends.database_log)) for name, (key, path) in asked.items()]
            with psycopg.connect(superuser) as owner:
                for setting in explain:
                    owner.execute(f"ALTER DATABASE {database} RESET {setting.split(' =')[0]}")
        show(rows, arguments.plans)
        with Node("web", backends, **environment) as web:
            loads = under_load(web, asked, tasks, arguments)
    write_json(arguments.json, tasks=counts[0], batches=counts[1], statements=rows, load=loads)


def explain_case(name, url, key, plans):
    times = [ask(url, key) for _ in range(REPEATS)]
    duration, plan = explained(plans.new())
    print(f"{name:50}  {statistics.median(times):>8.1f} ms  {max(times):>6.0f} ms  {duration:>6.1f} ms", flush=True)
    return dict(name=name, milliseconds=statistics.median(times), slowest=max(times), statement=duration, plan=plan)


def show(rows, file):
    text = "\n".join(f"\n{row['name']}: {row['statement']:.1f} ms\n{readable(row['plan'])}" for row in rows)
    if file:
        file.write_text(text + "\n")
    else:
        print(text)


def under_load(web, asked, tasks, arguments):
    loads = []
    print(f"\n{'under load, ' + str(arguments.connections) + ' connections':50}  {'requests/s':>10}  {'p50':>8}  {'p99':>8}  failed  load")
    routes = {
        "GET /v1/history?limit=50, one client": (asked["one client's newest"], None),
        "GET /v1/history?limit=50, administrator": (asked["everybody's newest (administrator)"], None),
        "GET /v1/tasks/{id}, 20,000 tasks in turn": ((ADMIN_KEY, None), ["/v1/tasks/" + task for task in tasks]),
    }
    for seconds in (arguments.seconds, arguments.seconds):  # the first time warms the JIT compiler
        loads = []
        for name, ((key, path), paths) in routes.items():
            measured = drive(web.url, paths or [path], arguments.connections, seconds, headers={"X-Auth-Key": key})
            loads.append(dict(name=name, load=load(), **measured))
    for row in loads:
        print(f"{row['name']:50}  {row['rate']:>10.0f}  {row['p50']:>5.1f} ms  {row['p99']:>5.1f} ms  {row['failed']:>6}  {row['load']}")
    return loads


if __name__ == "__main__":
    main()
