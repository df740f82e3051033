"""Hears by STOMP what happens to all tasks (pip install stomp.py).

Usage: python stomp_events.py [USER:PASSWORD@]HOST:PORT [COUNT [SELECTOR]]

Ends after COUNT events, otherwise never. A selector picks events: "type = 'zimage.task.failed'".
With BROKER_AUTHORITY=authority.pem the connection is encrypted, and the broker's certificate must be of that authority.
"""
import json
import os
import sys
import threading

import stomp


def connect(address, listener):
    """To [USER:PASSWORD@]HOST:PORT; encrypted where BROKER_AUTHORITY names the certificate of the authority to trust."""
    account, _, server = address.rpartition("@")
    user, _, password = account.partition(":")
    host, port = server.rsplit(":", 1)
    # Without heart-beats the broker closes the connection after a minute
    connection = stomp.Connection12([(host, int(port))], heartbeats=(10_000, 10_000))
    authority = os.environ.get("BROKER_AUTHORITY")
    if authority:
        connection.set_ssl(for_hosts=[(host, int(port))], ca_certs=authority)
    connection.set_listener("", listener)
    connection.connect(user or None, password or None, wait=True)
    return connection


class Events(stomp.ConnectionListener):
    """Prints what comes; called on the connection's own thread."""

    def __init__(self, count):
        self.left = count
        self.failed = False
        self.done = threading.Event()

    def on_receipt(self, frame):
        print("listening", flush=True)

    def on_message(self, frame):
        told = json.loads(frame.body)
        print(told["type"], told["subject"], told["data"]["image_url"] or "", flush=True)
        self.left -= 1
        if self.left == 0:
            self.done.set()

    def on_error(self, frame):
        print("error", frame.body, file=sys.stderr)
        self.failed = True
        self.done.set()

    def on_disconnected(self):
        self.failed |= self.left != 0
        self.done.set()


def main():
    events = Events(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    connection = connect(sys.argv[1], events)
    headers = {"subscription-type": "MULTICAST", "receipt": "subscribed"}
    if len(sys.argv) > 3:
        headers["selector"] = sys.argv[3]
    connection.subscribe("zimage.events", id="events", ack="auto", headers=headers)
    events.done.wait()
    failed = events.failed
    connection.disconnect()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
