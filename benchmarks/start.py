#!/usr/bin/env python3
"""Seconds from ./zimage up, of a built tree, to the first accepted request and to a worker that is ready.

    benchmarks/start.py [--rounds 5] [--json FILE]

The first start has a fresh ZIMAGE_HOME: it makes the database and exports z-image-nano. The later ones find both. What is
unpacked once for a built tree (native libraries, Payara Micro, its archive of classes) lies beside the distribution; with
--from-nothing it is removed before the first start, which then unpacks it, too. Needs the built product (./zimage builds it).
"""
import argparse
import shutil
import time
import urllib.error
from pathlib import Path

from machine import describe, load, spread, write_json
from servers import DISTRIBUTION, Home, WholeSystem, post


def started(home):
    begin = time.perf_counter()
    with WholeSystem(home) as system:
        system.await_true(lambda: accepted(system.url), "the first accepted request")
        request = time.perf_counter() - begin
        system.await_worker()
        worker = time.perf_counter() - begin
        wait_for_archive(system)
    return dict(accepted=request, worker=worker, load=load())


def accepted(url):
    try:
        return "task_id" in post(url + "/v1/images/generate", dict(prompt="a red circle", width=256, height=256))
    except (urllib.error.URLError, OSError):
        return False


def wait_for_archive(system):
    """The first start makes the archive of classes that later ones use, at lowest priority."""
    made = DISTRIBUTION / "native/payara-classes.source"
    system.await_true(made.exists, str(made))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="later starts")
    parser.add_argument("--from-nothing", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    print(describe())
    if arguments.from_nothing:
        shutil.rmtree(DISTRIBUTION / "native", ignore_errors=True)
    with Home() as home:
        first = started(home)
        print(f"first start: request accepted after {first['accepted']:.1f} s, worker ready after {first['worker']:.1f} s (load {first['load']})")
        later = [started(home) for _ in range(arguments.rounds)]
    for what, name in (("accepted", "request accepted"), ("worker", "worker ready")):
        print(f"later starts: {name} after {spread([start[what] for start in later], 1)} s")
    print(f"load {load()} at the end")
    write_json(arguments.json, first=first, later=later)


if __name__ == "__main__":
    main()
