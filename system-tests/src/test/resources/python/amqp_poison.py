"""Sends messages that AMQP 1.0 allows and a broker may be unable to hand to a client of JMS.

Usage: python amqp_poison.py [USER:PASSWORD@]HOST:PORT QUEUE [NAME...]

Prints a JSON object: what the broker made of each message, by its name.
"""
import json
import sys
import uuid

from proton import (Array, Data, Described, Message, UNDESCRIBED, char, decimal32, decimal64, decimal128, symbol, timestamp,
                    ubyte, uint, ulong, ushort)
from proton.reactor import Container
from proton.handlers import MessagingHandler

TEXT = json.dumps({"prompt": "a poisoned cat", "width": 64, "height": 64, "num_inference_steps": 1})


def with_property(value):
    # As if the broker had given it up in the workers' queue: a listener of dead letters looks at it, too
    return Message(body=TEXT, properties={"sent_at": value, "_AMQ_ORIG_ADDRESS": "zimage.generate"})


def messages():
    return {
        "timestamp": with_property(timestamp(1795846272000)),
        "uuid": with_property(uuid.UUID("3d8f5c9e-0000-4000-8000-000000000001")),
        "decimal32": with_property(decimal32(1)),
        "decimal64": with_property(decimal64(1)),
        "decimal128": with_property(decimal128(b"0123456789abcdef")),
        "char": with_property(char("c")),
        "symbol": with_property(symbol("s")),
        "binary": with_property(b"\x00\xff"),
        "list": with_property([1, 2]),
        "map": with_property({"a": 1}),
        "array": with_property(Array(UNDESCRIBED, Data.INT, 1, 2)),
        "described": with_property(Described(symbol("x:y"), "value")),
        "none": with_property(None),
        "unsigned": Message(body=TEXT, properties={
            "a": ubyte(255), "b": ushort(65535), "c": uint(4294967295), "d": ulong(2**64 - 1)}),
        "delivery time": Message(body=TEXT, annotations={symbol("x-opt-delivery-time"): "never"}),
        "delivery delay": Message(body=TEXT, annotations={symbol("x-opt-delivery-delay"): uuid.uuid4()}),
        "ingress time": Message(body=TEXT, annotations={symbol("x-opt-ingress-time"): "yesterday"}),
        "annotation": Message(body=TEXT, annotations={symbol("x-opt-thing"): {"a": [timestamp(1)]}}),
        "delivery annotation": Message(body=TEXT, instructions={symbol("x-opt-thing"): uuid.uuid4()}),
        "map with numbers for names": Message(body={1: "a", None: 2}),
        "map of dates": Message(body={"a": timestamp(1), "b": uuid.uuid4()}),
        "list of dates": Message(body=[timestamp(1), uuid.uuid4(), {"a": 1}]),
        "date": Message(body=timestamp(1)),
        "described body": Message(body=Described(symbol("x:y"), "value")),
        "auth_key as bytes": Message(body=TEXT, properties={"auth_key": b"\xff\xfe"}),
        "auth_key as a date": Message(body=TEXT, properties={"auth_key": timestamp(1)}),
        "version as a number": Message(body=TEXT, properties={"version": 1}),
        "id as uuid": Message(id=uuid.uuid4(), body=TEXT, correlation_id=uuid.uuid4()),
        "correlation id as bytes": Message(id=b"\x01\x02", body=TEXT, correlation_id=b"\xff\xfe"),
        "object": Message(body=b"\xac\xed\x00\x05", content_type="application/x-java-serialized-object", inferred=True),
    }


class Sender(MessagingHandler):
    """Sends one after the other, each when the one before it is settled."""

    def __init__(self, address, queue, names):
        super().__init__(auto_settle=True)
        self.url = "amqp://" + address
        self.queue = queue
        everything = messages()
        self.unsent = [(name, everything[name]) for name in (names or everything)]
        self.outcomes = {}
        self.names = {}

    def on_start(self, event):
        self.connection = event.container.connect(self.url, reconnect=False)
        self.sender = event.container.create_sender(self.connection, self.queue)

    def on_sendable(self, event):
        if self.names or not self.sender.credit:
            return
        if not self.unsent:
            self.connection.close()
            return
        name, message = self.unsent.pop(0)
        message.durable = True
        try:
            self.names[self.sender.send(message).tag] = name
        except Exception as unsendable:
            self.outcomes[name] = "not sent: " + repr(unsendable)
            self.on_sendable(event)

    def note(self, event, outcome):
        self.outcomes[self.names.pop(event.delivery.tag)] = outcome
        self.on_sendable(event)

    def on_accepted(self, event):
        self.note(event, "accepted")

    def on_rejected(self, event):
        condition = event.delivery.remote.condition
        self.note(event, "rejected: " + str(condition and condition.description))

    def on_released(self, event):
        self.note(event, "released")


if __name__ == "__main__":
    sender = Sender(sys.argv[1], sys.argv[2], sys.argv[3:])
    Container(sender).run()
    print(json.dumps(sender.outcomes))
