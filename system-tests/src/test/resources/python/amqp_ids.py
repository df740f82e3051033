"""Asks for pictures by AMQP 1.0 under ids of every type, and prints under which ids the answers came.

Usage: python amqp_ids.py HOST:PORT KEY

Prints a JSON object: by the name of each request, its id and its answers as [type, id, task].
"""
import json
import sys
import uuid

from proton import Message, ulong
from proton.handlers import MessagingHandler
from proton.reactor import Container

UUID = uuid.uuid4()
TWICE = str(uuid.uuid4())
RUN = str(uuid.uuid4())


def requests():
    """Each with the id under which its answers are to come."""
    return {
        "message id of text": (dict(id="order-" + RUN), "order-" + RUN),
        "message id that looks like one of JMS": (dict(id="ID:" + RUN), "ID:" + RUN),
        "message id of bytes": (dict(id=b"\xff\x00" + UUID.bytes), b"\xff\x00" + UUID.bytes),
        "message id of a number": (dict(id=ulong(2**64 - 1)), ulong(2**64 - 1)),
        "message id of a UUID": (dict(id=UUID), UUID),
        "correlation id of text": (dict(id=RUN + "1", correlation_id="order 17"), "order 17"),
        "correlation id of bytes": (dict(id=RUN + "2", correlation_id=b"\xfe\xff\x00"), b"\xfe\xff\x00"),
        "correlation id of a UUID": (dict(id=RUN + "3", correlation_id=UUID), UUID),
        "correlation id that looks like bytes": (dict(correlation_id="ID:AMQP_BINARY:00FF"), "ID:AMQP_BINARY:00FF"),
        "first of two": (dict(id=TWICE), TWICE),
    }


class Requester(MessagingHandler):
    """Sends one request after the other, each when the one before it is accepted, on a connection of its own."""

    def __init__(self, address, key, properties, prompt):
        super().__init__()
        self.url = "amqp://" + address
        self.key = key
        self.properties = properties
        self.prompt = prompt
        self.answers = []

    def on_start(self, event):
        self.connection = event.container.connect(self.url, reconnect=False)
        self.replies = event.container.create_receiver(self.connection, None, dynamic=True)
        self.sender = event.container.create_sender(self.connection, "zimage.requests")

    def on_link_opened(self, event):
        if event.receiver == self.replies:
            body = {"prompt": self.prompt, "width": 64, "height": 64, "num_inference_steps": 1}
            self.sender.send(Message(
                reply_to=self.replies.remote_source.address, durable=True, body=json.dumps(body),
                properties={"auth_key": self.key}, **self.properties))

    def on_message(self, event):
        message = event.message
        self.answers.append([message.properties["type"], describe(message.correlation_id), message.properties.get("task_id")])
        if message.properties["type"] != "accepted":
            self.connection.close()


def describe(value):
    if isinstance(value, int):
        return "number " + format(int(value))
    value = bytes(value) if isinstance(value, memoryview) else value
    return type(value).__name__ + " " + str(value)


def ask(address, key, properties, prompt):
    requester = Requester(address, key, properties, prompt)
    Container(requester).run()
    return requester.answers


if __name__ == "__main__":
    server, auth_key = sys.argv[1:3]
    outcomes = {name: [describe(expected), ask(server, auth_key, properties, name)]
                for name, (properties, expected) in requests().items()}
    outcomes["second of two"] = [describe(TWICE), ask(server, auth_key, dict(id=TWICE), "first of two")]
    print(json.dumps(outcomes))
