#!/usr/bin/env python3
"""Resident memory of one process that draws again and again: it must not grow with the number of pictures.

    benchmarks/memory.py [--pictures 1000] [--size 128]
"""
import argparse

from model import NANO, Model, export
from servers import Home


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--size", type=int, default=128)
    arguments = parser.parse_args()
    with Home() as home:
        model = Model(export(NANO, home.folder / "nano"))
        for picture in range(arguments.pictures + 1):
            model.draw(arguments.size, arguments.size, 9)
            if picture % max(1, arguments.pictures // 10) == 0:
                print(f"{picture:>6} pictures  {model.memory('VmRSS')} MB", flush=True)
        model.close()


if __name__ == "__main__":
    main()
