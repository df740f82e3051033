#!/usr/bin/env python3
"""Mixed load for a long time, and what every process holds meanwhile: it must be flat after the warm-up.

    ./zimage soak --minutes 30 [--out target/soak]

Starts the whole system in a home of its own. Clients draw pictures of many sizes, alone and in batches, cancel some, follow others
by event stream, and ask for some by message (STOMP). Every five seconds it notes resident memory, anonymous memory, open files,
threads and TCP connections of each process, and of the server its heap in use and its direct memory. Writes samples.csv, summary.json
and soak.png into the folder; ends with 1 when a task was lost or failed.
"""
import argparse
import csv
import json
import os
import random
import socket
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from machine import describe, load
from packages import run_with
from servers import Home, WholeSystem, get, post

SIDES = (64, 128, 192, 256, 384, 512)
SAMPLE_SECONDS = 5
LONGEST_QUEUE = 8
LONGEST_END = 300
FIELDS = ("resident_mb", "anonymous_mb", "files", "threads", "connections")
HEAP = 'jvm_memory_used_bytes{area="heap"'


class Soak:
    """What the clients share. Thread-safe."""

    def __init__(self, url, broker_port):
        self.url = url
        self.broker_port = broker_port
        self.lock = threading.Lock()
        self.tasks = []
        self.counts = dict(accepted=0, batches=0, cancelled=0, streams=0, messages=0, errors=0)
        self.stopped = threading.Event()

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def picture(self, **more):
        return dict(prompt="a hill", width=random.choice(SIDES), height=random.choice(SIDES),
                    num_inference_steps=random.randint(1, 10), **more)

    def submit(self, **more):
        task = post(self.url + "/v1/images/generate", self.picture(**more))["task_id"]
        with self.lock:
            self.counts["accepted"] += 1
            self.tasks.append(task)
        return task

    def is_queue_long(self):
        return get(self.url + "/v1/system")["queue_depth"] >= LONGEST_QUEUE

    def repeat(self, work, pause):
        """Until the end; an answer that is none is counted, and the client goes on."""
        while not self.stopped.wait(pause):
            try:
                if not self.is_queue_long():
                    work()
            except (urllib.error.URLError, OSError, KeyError):
                self.count("errors")

    def batch(self):
        name, size = str(uuid.uuid4()), random.randint(2, 4)
        for index in range(size):
            self.submit(metadata=dict(batch_id=name, batch_index=index, batch_size=size))
        self.count("batches")

    def cancel(self):
        task = self.submit()
        self.stopped.wait(random.random())
        post(f"{self.url}/v1/tasks/{task}/cancel", {})
        self.count("cancelled")

    def follow(self):
        task = self.submit()
        with urllib.request.urlopen(f"{self.url}/v1/tasks/{task}/events", timeout=LONGEST_END) as stream:
            if b"event: done" not in stream.read():
                self.count("errors")
        self.count("streams")

    def ask_by_message(self):
        """STOMP 1.2: one connection, one message, and a receipt."""
        body = json.dumps(self.picture())
        with socket.create_connection(("127.0.0.1", self.broker_port), 30) as broker:
            broker.sendall(b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0")
            self.expect(broker, b"CONNECTED")
            broker.sendall(("SEND\ndestination:zimage.requests\ndestination-type:ANYCAST\npersistent:true\nreceipt:sent\n\n"
                            + body + "\0").encode())
            self.expect(broker, b"RECEIPT")
        self.count("messages")

    @staticmethod
    def expect(broker, command):
        answer = b""
        while b"\0" not in answer:
            part = broker.recv(4096)
            if not part:
                break
            answer += part
        if not answer.lstrip().startswith(command):
            raise OSError(f"the broker answered {answer[:200]}")


def target(link):
    """Where an open file leads; nowhere when it was closed meanwhile."""
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return ""


def sample(pid):
    """What a process holds; None when it is gone."""
    folder = Path(f"/proc/{pid}")
    try:
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        links = [target(link) for link in (folder / "fd").iterdir()]
    except OSError:
        return None
    sockets = {link[8:-1] for link in links if link.startswith("socket:[")}
    established = 0
    for table in ("tcp", "tcp6"):
        for line in (folder / "net" / table).read_text().splitlines()[1:]:
            columns = line.split()
            established += columns[3] == "01" and columns[9] in sockets
    return dict(resident_mb=int(status["VmRSS"].split()[0]) // 1024, anonymous_mb=int(status["RssAnon"].split()[0]) // 1024,
                files=len(links), threads=int(status["Threads"]), connections=established)


def heap_mb(url):
    with urllib.request.urlopen(url + "/metrics", timeout=30) as page:
        lines = page.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(HEAP)) / 1024 ** 2


def processes(state):
    """The launcher, the server, Redis, and PostgreSQL's first process."""
    return {name: state[name] for name in ("payara", "launcher", "postgresql", "redis")}


def watch(soak, pids, minutes, rows):
    start = time.time()
    while time.time() - start < 60 * minutes:
        at = round(time.time() - start, 1)
        for name, pid in pids.items():
            values = sample(pid)
            if values is None:
                raise SystemExit(f"{name} (process {pid}) has ended after {at} s")
            if name == "payara":
                values["heap_mb"] = round(heap_mb(soak.url))
            rows.append(dict(seconds=at, process=name, load=load(), **values))
        time.sleep(SAMPLE_SECONDS)


def ends(soak):
    """How the tasks ended; what has not after some minutes is lost."""
    counts = {}
    until = time.time() + LONGEST_END
    for task in soak.tasks:
        status = get(f"{soak.url}/v1/tasks/{task}")["status"]
        while status not in ("SUCCESS", "FAILURE", "REVOKED") and time.time() < until:
            time.sleep(0.1)
            status = get(f"{soak.url}/v1/tasks/{task}")["status"]
        counts[status] = counts.get(status, 0) + 1
    return counts


def growth(rows, process, field):
    """The mean of the second fifth of the time, after the warm-up, and of the last fifth."""
    values = [row[field] for row in rows if row["process"] == process and field in row]
    fifth = max(1, len(values) // 5)
    early, late = values[fifth:2 * fifth] or values, values[-fifth:]
    return dict(after_warm_up=round(sum(early) / len(early), 1), at_the_end=round(sum(late) / len(late), 1))


def plot(rows, file):
    import matplotlib
    matplotlib.use("agg")
    from matplotlib import pyplot
    fields = FIELDS + ("heap_mb",)
    figure, axes = pyplot.subplots(3, 2, figsize=(12, 10), sharex=True)
    for field, axis in zip(fields, axes.flat):
        for process in sorted({row["process"] for row in rows}):
            own = [row for row in rows if row["process"] == process and field in row]
            if own:
                axis.plot([row["seconds"] / 60 for row in own], [row[field] for row in own], label=process, linewidth=1)
        axis.set_title(field.replace("_", " ").replace(" mb", ", MB"))
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    axes[0][0].legend()
    for axis in axes[-1]:
        axis.set_xlabel("minutes")
    figure.tight_layout()
    figure.savefig(file, dpi=100)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--out", type=Path, default=Path("target/soak"))
    arguments = parser.parse_args()
    run_with("matplotlib")
    arguments.out.mkdir(parents=True, exist_ok=True)
    machine = describe()
    rows = []
    with Home() as home, WholeSystem(home) as system:
        system.await_worker()
        state = home.folder / "home/run/state.json"
        system.await_true(lambda: "url" in json.loads(state.read_text()), "the start")
        facts = json.loads(state.read_text())
        soak = Soak(system.url, facts["artemis_port"])
        clients = [(soak.submit, 0.5), (soak.batch, 5), (soak.cancel, 3), (soak.follow, 1), (soak.follow, 1),
                   (soak.ask_by_message, 2)]
        threads = [threading.Thread(target=soak.repeat, args=client, daemon=True) for client in clients]
        for thread in threads:
            thread.start()
        watch(soak, processes(facts), arguments.minutes, rows)
        soak.stopped.set()
        for thread in threads:
            thread.join(LONGEST_END)
        ended = ends(soak)
    with open(arguments.out / "samples.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["seconds", "process", "load", *FIELDS, "heap_mb"])
        writer.writeheader()
        writer.writerows(rows)
    names = sorted({row["process"] for row in rows})
    held = {name: {field: growth(rows, name, field) for field in FIELDS} for name in names}
    held["payara"]["heap_mb"] = growth(rows, "payara", "heap_mb")
    summary = dict(machine=machine, load_at_the_end=load(), minutes=arguments.minutes, done=soak.counts, ended=ended, held=held)
    (arguments.out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    plot(rows, arguments.out / "soak.png")
    print(json.dumps(summary, indent=1))
    if sum(ended.values()) != len(soak.tasks) or set(ended) - {"SUCCESS", "REVOKED"} or soak.counts["errors"]:
        raise SystemExit("a task was lost or failed, or a client got no answer")


if __name__ == "__main__":
    main()
