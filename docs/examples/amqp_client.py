"""Asks for pictures by AMQP 1.0 and waits for them (pip install python-qpid-proton).

Usage: python amqp_client.py HOST:PORT KEY PROMPT [COUNT]
"""
import json
import sys
import uuid

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


class PictureClient(MessagingHandler):
    """Sends the requests, each under a correlation id of its own, and collects what comes back."""

    def __init__(self, url, key, prompt, count):
        super().__init__()
        self.url = url
        self.key = key
        self.prompt = prompt
        self.unsent = [str(uuid.uuid4()) for _ in range(count)]
        self.waiting = set(self.unsent)
        self.failed = False

    def on_start(self, event):
        # "amqp://" without a user logs in as ANONYMOUS; a broker with accounts wants amqp://user:password@host:port
        connection = event.container.connect(self.url, reconnect=False)
        self.replies = event.container.create_receiver(connection, None, dynamic=True)
        self.sender = event.container.create_sender(connection, "zimage.requests")

    def on_link_opened(self, event):
        if event.receiver == self.replies:
            self.send()

    def on_sendable(self, event):
        self.send()

    def send(self):
        reply_to = self.replies.remote_source.address
        while reply_to and self.unsent and self.sender.credit:
            order = self.unsent.pop()
            body = {"prompt": self.prompt, "width": 64, "height": 64, "num_inference_steps": 1}
            self.sender.send(Message(
                id=order, correlation_id=order, reply_to=reply_to, durable=True, body=json.dumps(body),
                properties={"auth_key": self.key, "idempotency_key": order}))

    def on_message(self, event):
        message = event.message
        answer = json.loads(message.body)
        kind = message.properties["type"]
        print(kind, message.correlation_id, answer.get("image_url") or answer.get("detail") or answer["task_id"], flush=True)
        if kind == "accepted":
            return
        self.failed |= kind == "rejected" or answer["status"] != "SUCCESS"
        self.waiting.discard(message.correlation_id)
        if not self.waiting:
            event.connection.close()

    def on_transport_error(self, event):
        self.failed = True
        super().on_transport_error(event)


def main():
    address, key, prompt = sys.argv[1:4]
    client = PictureClient("amqp://" + address, key, prompt, int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    Container(client).run()
    sys.exit(1 if client.failed or client.waiting else 0)


if __name__ == "__main__":
    main()
