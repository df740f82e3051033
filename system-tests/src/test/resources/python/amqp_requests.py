"""Asks for many pictures by AMQP 1.0 and stays until all are drawn, however often the broker goes away.

Usage: python amqp_requests.py HOST:PORT REPLY_QUEUE PROMPT COUNT

Prints a line for each answer: kind, correlation id, task id.
"""
import json
import sys
import uuid

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


class ManyRequests(MessagingHandler):
    """Sends again after a broken connection whatever the broker has not accepted; the idempotency key makes that one request."""

    def __init__(self, address, reply_to, prompt, count):
        super().__init__()
        self.url = "amqp://" + address
        self.reply_to = reply_to
        self.prompt = prompt
        self.refused = list(str(uuid.uuid4()) for _ in range(count))
        self.on_their_way = {}
        self.waiting = set(self.refused)

    def on_start(self, event):
        self.connection = event.container.connect(self.url)
        event.container.create_receiver(self.connection, self.reply_to)
        self.sender = event.container.create_sender(self.connection, "zimage.requests")

    def on_connection_opened(self, event):
        self.refused.extend(self.on_their_way.values())
        self.on_their_way.clear()

    def on_sendable(self, event):
        while self.refused and self.sender.credit:
            order = self.refused.pop()
            body = {"prompt": self.prompt, "width": 64, "height": 64, "num_inference_steps": 1}
            delivery = self.sender.send(Message(
                id=order, correlation_id=order, reply_to=self.reply_to, durable=True, body=json.dumps(body),
                properties={"idempotency_key": order}))
            self.on_their_way[delivery.tag] = order

    def on_accepted(self, event):
        self.on_their_way.pop(event.delivery.tag, None)

    def on_message(self, event):
        message = event.message
        kind = message.properties["type"]
        print(kind, message.correlation_id, json.loads(message.body)["task_id"], flush=True)
        if kind == "completed":
            self.waiting.discard(message.correlation_id)
        if not self.waiting:
            self.connection.close()


if __name__ == "__main__":
    host, queue, text, number = sys.argv[1:5]
    Container(ManyRequests(host, queue, text, int(number))).run()
