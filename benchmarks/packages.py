"""Python packages that a benchmark needs, in an environment of its own below target/benchmarks."""
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

# The pipeline that Z-Image is published with
DIFFUSERS = ("torch==2.15.0", "diffusers==0.42.1", "transformers==5.23.0", "pillow")
ADAPTERS = (*DIFFUSERS, "peft==0.21.2")
INSTALLED = "installed"
ENVIRONMENTS = Path(__file__).resolve().parent.parent / "target/benchmarks"


def environment_with(*packages):
    """The folder of an environment that has them; made, with pip's ordinary settings, when it is not there yet."""
    folder = ENVIRONMENTS / hashlib.sha256("\n".join((sys.version, *packages)).encode()).hexdigest()[:16]
    installed = folder / INSTALLED
    if not installed.exists():
        print(f"Installing {' '.join(packages)} into {folder} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin/pip", "-q", "install", *packages], check=True)
        installed.write_text("\n".join(packages))
    return folder


def run_with(*packages):
    """Goes on in an environment that has the packages; returns at once when this one has them."""
    own = Path(sys.prefix) / INSTALLED
    if own.exists() and set(packages) <= set(own.read_text().splitlines()):
        return
    python = environment_with(*packages) / "bin/python"
    if Path(sys.prefix) != python.parent.parent:
        os.execv(python, [python, *sys.argv])
