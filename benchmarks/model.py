"""An exported model, loaded by a process of its own that draws and says how long it took."""
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from servers import DISTRIBUTION, ROOT, java

NANO = ROOT / "models/z-image-nano"
# As the product sets them.
TENSORFLOW = dict(TF_CPP_MIN_LOG_LEVEL="2", TF_OVERRIDE_GLOBAL_THREADPOOL="true", TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD="true")


def export(checkpoint, out, dtype="f32"):
    subprocess.run([ROOT / "zimage", "export", checkpoint, out, "--dtype", dtype], check=True, stdout=subprocess.DEVNULL)
    return out


@dataclass
class Times:
    """Seconds of one picture and of its parts."""
    picture: float
    prompt: float
    encoding: float
    steps: float
    decoding: float
    adapters: float


class Model:
    def __init__(self, exported, threads=2):
        environment = dict(os.environ, **TENSORFLOW, DJL_CACHE_DIR=str(DISTRIBUTION / "native/djl"))
        self.process = subprocess.Popen(
            java("DrawTimes.java", exported, threads, heap="256m"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        self.loading = float(self.answer())

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The process that draws has ended")
        return line

    def draw(self, width, height, steps, strength=0, adapters=()):
        """With a strength it starts from a picture; adapters are files."""
        self.process.stdin.write(" ".join(map(str, (width, height, steps, strength, *adapters))) + "\n")
        self.process.stdin.flush()
        answer = self.answer()
        try:
            return Times(*map(float, answer.split(" ")))
        except ValueError:
            raise ValueError(answer.strip()) from None

    def memory(self, field):
        """A size of /proc/PID/status in MB: VmRSS, RssAnon, VmHWM …"""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) // 1024
        raise ValueError(f"process {self.process.pid} has no {field}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
