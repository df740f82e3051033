"""Load by wrk, a C program that costs the machine little beside the server under test (Debian, Ubuntu: apt install wrk)."""
import re
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
# Requests of a file, one a line, each connection beginning at another one; failures are told at the end.
SCRIPT = """
local paths, at, threads, sent = {}, 0, 0, 0
function setup(thread)
  thread:set("first", threads * 7919)
  threads = threads + 1
end
function init(args)
  for line in io.lines(%(paths)r) do paths[#paths + 1] = line end
  at = first
  wrk.method = %(method)r
  wrk.body = %(body)s
  for name, value in pairs(%(headers)s) do wrk.headers[name] = value end
end
function request()
  at = at %% #paths + 1
  if %(keys)s then
    sent = sent + 1
    wrk.headers["Idempotency-Key"] = first .. " " .. sent .. " %(run)s"
  end
  return wrk.format(nil, paths[at])
end
"""


def lua(value):
    return "nil" if value is None else "{" + ",".join(f"[ {lua(k)} ]={lua(v)}" for k, v in value.items()) + "}" \
        if isinstance(value, dict) else "[==[" + value + "]==]"


def drive(url, paths, connections, seconds, method="GET", body=None, headers=None, keys=False):
    """
    Sends requests for a while, each connection one after the other; with keys, each with an idempotency key of its own.

    Returns requests a second, p50 and p99 in ms, how many requests failed (no answer, or a status that is not 2xx), and in what way.
    """
    if not shutil.which("wrk"):
        raise SystemExit("wrk was not found: install it (Debian, Ubuntu: apt install wrk)")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paths"
        file.write_text("\n".join(paths) + "\n")
        script = Path(folder) / "requests.lua"
        script.write_text(SCRIPT % dict(paths=str(file), method=method, body=lua(body), headers=lua(headers or {}),
                                    keys="true" if keys else "false", run=uuid.uuid4()))
        run = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s",
                              script, url], check=True, capture_output=True, text=True)
    if run.stderr:
        raise SystemExit(f"wrk says: {run.stderr}")
    told = run.stdout
    failures = {kind: int(count) for kind, count in re.findall(r"(connect|read|write|timeout|Non-2xx or 3xx responses):? (\d+)", told)
                if int(count)}
    return dict(rate=float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), p50=latency(told, "50"), p99=latency(told, "99"),
                failed=sum(failures.values()), failures=failures)


def latency(told, percent):
    number, unit = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s|m)", told).groups()
    return float(number) * UNITS[unit]
