"""Asks for pictures by AMQP 1.0 and waits for them (pip install python-qpid-proton).

Usage: python amqp_client.py [USER:PASSWORD@]HOST:PORT KEY PROMPT [COUNT]

With BROKER_AUTHORITY=authority.pem the connection is encrypted, and the broker's certificate must be of that authority.
"""
import json
import os
import sys
import uuid

from proton import Message, SSLDomain
from proton.handlers import MessagingHandler
from proton.reactor import Container


def connect(container, address):
    """To [USER:PASSWORD@]HOST:PORT; encrypted where BROKER_AUTHORITY names the certificate of the authority to trust."""
    account, _, server = address.rpartition("@")
    user, _, password = account.partition(":")
    options = {"user": user, "password": password} if account else {}
    authority = os.environ.get("BROKER_AUTHORITY")
    if authority:
        options["ssl_domain"] = SSLDomain(SSLDomain.MODE_CLIENT)
        options["ssl_domain"].set_trusted_ca_db(authority)
        options["ssl_domain"].set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
    # Without an account it logs in as ANONYMOUS
    return container.connect(("amqps://" if authority else "amqp://") + server, reconnect=False, **options)


class PictureClient(MessagingHandler):
    """Sends the requests, each under a correlation id of its own, and collects what comes back."""

    def __init__(self, address, key, prompt, count):
        super().__init__()
        self.address = address
        self.key = key
        self.prompt = prompt
        self.unsent = [str(uuid.uuid4()) for _ in range(count)]
        self.waiting = set(self.unsent)
        self.failed = False

    def on_start(self, event):
        connection = connect(event.container, self.address)
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
    client = PictureClient(address, key, prompt, int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    Container(client).run()
    sys.exit(1 if client.failed or client.waiting else 0)


if __name__ == "__main__":
    main()
