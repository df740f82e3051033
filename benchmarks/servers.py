"""The built product, started for a benchmark in a home of its own and stopped after it."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DISTRIBUTION = ROOT / "server-config/launcher/target/zimage"
LONGEST_START = 180

# So that what was started is stopped when a benchmark is
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("Stopped"))


def get(url, key=None):
    """The JSON of an address."""
    request = urllib.request.Request(url, headers={"X-Auth-Key": key} if key else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def post(url, body, key=None):
    headers = {"Content-Type": "application/json", **({"X-Auth-Key": key} if key else {})}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=60) as answer:
        return json.load(answer)


def java(program, *arguments, heap="1g"):
    """The command that runs a Java source beside this file with the product's classes and native libraries."""
    return ["java", f"-Xmx{heap}", f"-Dorg.bytedeco.javacpp.cachedir={DISTRIBUTION}/native/javacpp", "-cp",
            f"{DISTRIBUTION}/lib/*:{DISTRIBUTION}/server-lib/*", ROOT / "benchmarks" / program, *map(str, arguments)]


class Started:
    """A process of its own group; ended, with what it has started, at the end of a with statement."""

    def __init__(self, command, log, **environment):
        self.log = Path(log)
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                            env={**os.environ, **environment}, start_new_session=True)

    def require_alive(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.log} says why a server ended:\n{self.log.read_text()[-2000:]}")

    def await_true(self, condition, what):
        until = time.time() + LONGEST_START
        while not condition():
            self.require_alive()
            if time.time() > until:
                raise SystemExit(f"{what} took longer than {LONGEST_START} s: see {self.log}")
            time.sleep(0.05)

    def await_address(self, url):
        self.await_true(lambda: answers(url), url)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


class Home:
    """A folder for one run; removed at the end of a with statement."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="zimage-benchmark-"))
        return self

    def __exit__(self, *failure):
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self):
        return dict(ZIMAGE_HOME=str(self.folder / "home"), ZIMAGE_ARTEMIS_PORT="0")


class Backends(Started):
    """PostgreSQL (fsync on), Redis and Artemis, as ./zimage runs them for itself."""

    def __init__(self, home):
        self.home = home
        super().__init__([ROOT / "zimage", "backends"], home.folder / "backends.log", ZIMAGE_PORT="0", **home.environment)
        file = home.folder / "home/run/backends.env"
        self.await_true(file.exists, "the start of PostgreSQL, Redis and Artemis")
        self.addresses = dict(line.split("=", 1) for line in file.read_text().replace("'", "").split())

    @property
    def database_url(self):
        return self.addresses["DATABASE_URL"]

    @property
    def superuser_url(self):
        """The database for what its owner may not do."""
        password = (self.home.folder / "home/postgresql/data/superuser-password").read_text().strip()
        return "postgresql://postgres:" + password + "@" + self.database_url.split("@", 1)[1]

    @property
    def database_log(self):
        return self.home.folder / "home/logs/postgresql.log"


class OpenRedis(Started):
    """The Redis that ./zimage carries, without its list of what may be asked; for what is no node."""

    def __init__(self, backends):
        self.port = free_port()
        program, = (backends.home.folder / "home/redis/server").glob("redis-server*")
        super().__init__([program, "--bind", "127.0.0.1", "--port", self.port, "--save", "", "--appendonly", "no"],
                         backends.home.folder / "open-redis.log")
        self.url = f"redis://127.0.0.1:{self.port}"
        self.await_true(self.listens, "the start of Redis")

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Node(Started):
    """One node of Payara Micro, web or worker, as ./zimage runs it."""

    def __init__(self, role, backends, tree=ROOT, **environment):
        home = backends.home
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        super().__init__([tree / "zimage", "node", role], home.folder / f"{role}-{port}.log",
                         **{**home.environment, **backends.addresses, "ZIMAGE_PORT": str(port), **environment})
        self.await_address(self.url + ("/health" if role == "web" else "/worker/health/ready"))


class WholeSystem(Started):
    """./zimage up: everything in one start."""

    def __init__(self, home, **environment):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.home = home
        super().__init__([ROOT / "zimage", "up"], home.folder / "up.log",
                         **{**home.environment, "ZIMAGE_PORT": str(port), **environment})

    def await_worker(self):
        self.await_address(self.url + "/worker/health/ready")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
