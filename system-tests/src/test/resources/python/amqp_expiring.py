"""Sends a request by AMQP 1.0 that expires after a moment, and prints the answer as JSON.

Usage: python amqp_expiring.py [USER:PASSWORD@]HOST:PORT KEY
"""
import json
import pathlib
import sys

sys.path.append(str(pathlib.Path(sys.argv[0]).resolve().parents[5] / "docs" / "examples"))

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

from amqp_client import connect


class Expiring(MessagingHandler):
    def __init__(self, address, key):
        super().__init__()
        self.address = address
        self.key = key

    def on_start(self, event):
        self.connection = connect(event.container, self.address)
        self.replies = event.container.create_receiver(self.connection, None, dynamic=True)
        self.sender = event.container.create_sender(self.connection, "zimage.requests")

    def on_link_opened(self, event):
        if event.receiver == self.replies:
            self.sender.send(Message(
                id="late", reply_to=self.replies.remote_source.address, durable=True, body=json.dumps({"prompt": "a red square"}), ttl=0.1,
                properties={"auth_key": self.key}))

    def on_message(self, event):
        message = event.message
        print(json.dumps({"type": message.properties["type"], "status": message.properties.get("status"),
                          "correlation": message.correlation_id, "body": json.loads(message.body)}))
        self.connection.close()


if __name__ == "__main__":
    Container(Expiring(*sys.argv[1:3])).run()
