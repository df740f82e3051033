"""Runs a command on a terminal of its own and tells what a person sees there.

Usage: terminal.py JSON, an object with command, folder, environment, columns, rows, and when: texts and what happens as soon as
they are seen, either "resize COLUMNS ROWS" or "type TEXT". Prints one JSON object: the exit code; all that was written; the
screens, one after the other, without empty lines at their end; the lines that were scrolled out of sight; and whether the
terminal is left as it was, with its cursor visible and long lines wrapped.
"""
import fcntl
import json
import os
import pty
import signal
import struct
import sys
import termios

import pyte

told = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    # Who runs tests in the background may have switched Ctrl-C off; a terminal has it
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.chdir(told["folder"])
    os.execvpe(told["command"][0], told["command"], dict(os.environ, **told["environment"]))


def resize(columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


screen = pyte.HistoryScreen(told["columns"], told["rows"], history=1000)
stream = pyte.ByteStream(screen)
resize(told["columns"], told["rows"])
output = b""
screens = []
when = dict(told["when"])


def happens(what, *values):
    if what == "resize":
        columns, rows = map(int, values)
        screen.resize(rows, columns)
        resize(columns, rows)
    else:
        os.write(terminal, values[0].encode())


def seen(lines):
    return [line.rstrip() for line in lines]


while True:
    try:
        written = os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody writes any more
        break
    output += written
    stream.feed(written)
    lines = seen(screen.display)
    while lines and not lines[-1]:
        lines.pop()
    if not screens or screens[-1] != lines:
        screens.append(lines)
    for text in [text for text in when if any(text in line for line in lines)]:
        happens(*when.pop(text).split(" "))
_, status = os.waitpid(pid, 0)
print(json.dumps({
    "exit_code": os.waitstatus_to_exitcode(status),
    "output": output.decode(),
    "screens": screens,
    "scrolled": seen("".join(line[column].data for column in range(screen.columns)) for line in screen.history.top),
    "restored": not screen.cursor.hidden and pyte.modes.DECAWM in screen.mode,
}))
