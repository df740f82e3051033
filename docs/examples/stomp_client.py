"""Asks for pictures by STOMP and waits for them (pip install stomp.py).

Usage: python stomp_client.py [USER:PASSWORD@]HOST:PORT KEY PROMPT [COUNT]

With BROKER_AUTHORITY=authority.pem the connection is encrypted, and the broker's certificate must be of that authority.
"""
import json
import os
import sys
import threading
import uuid

import stomp


def connect(address, listener):
    """To [USER:PASSWORD@]HOST:PORT; encrypted where BROKER_AUTHORITY names the certificate of the authority to trust."""
    account, _, server = address.rpartition("@")
    user, _, password = account.partition(":")
    host, port = server.rsplit(":", 1)
    # Without a content length the broker takes the body for text; without heart-beats it closes the connection after a minute
    connection = stomp.Connection12([(host, int(port))], auto_content_length=False, heartbeats=(10_000, 10_000))
    authority = os.environ.get("BROKER_AUTHORITY")
    if authority:
        connection.set_ssl(for_hosts=[(host, int(port))], ca_certs=authority)
    connection.set_listener("", listener)
    connection.connect(user or None, password or None, wait=True)
    return connection


class Replies(stomp.ConnectionListener):
    """Collects what comes back; called on the connection's own thread."""

    def __init__(self, orders):
        self.waiting = set(orders)
        self.failed = False
        self.done = threading.Event()

    def on_message(self, frame):
        answer = json.loads(frame.body)
        kind = frame.headers["type"]
        order = frame.headers["correlation-id"]
        print(kind, order, answer.get("image_url") or answer.get("detail") or answer["task_id"], flush=True)
        if kind == "accepted":
            return
        self.failed |= kind == "rejected" or answer["status"] != "SUCCESS"
        self.waiting.discard(order)
        if not self.waiting:
            self.done.set()

    def on_error(self, frame):
        print("error", frame.body, file=sys.stderr)
        self.failed = True
        self.done.set()

    def on_disconnected(self):
        self.done.set()


def main():
    address, key, prompt = sys.argv[1:4]
    orders = [str(uuid.uuid4()) for _ in range(int(sys.argv[4]) if len(sys.argv) > 4 else 1)]
    replies = Replies(orders)
    connection = connect(address, replies)
    reply_queue = "replies." + str(uuid.uuid4())
    # A queue, not a topic, to which no answer would be sent
    connection.subscribe(reply_queue, id="replies", ack="auto", headers={"subscription-type": "ANYCAST"})
    for order in orders:
        body = {"prompt": prompt, "width": 64, "height": 64, "num_inference_steps": 1}
        connection.send("zimage.requests", json.dumps(body), headers={
            "destination-type": "ANYCAST", "persistent": "true", "reply-to": reply_queue, "correlation-id": order,
            "auth_key": key, "idempotency_key": order})
    replies.done.wait()
    connection.disconnect()
    sys.exit(1 if replies.failed or replies.waiting else 0)


if __name__ == "__main__":
    main()
