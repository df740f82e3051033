"""Hears by AMQP 1.0 what happens to all tasks (pip install python-qpid-proton).

Usage: python amqp_events.py [USER:PASSWORD@]HOST:PORT [COUNT [SELECTOR]]

Ends after COUNT events, otherwise never. A selector picks events: "type = 'zimage.task.failed'".
With BROKER_AUTHORITY=authority.pem the connection is encrypted, and the broker's certificate must be of that authority.
"""
import json
import os
import sys

from proton import SSLDomain, symbol
from proton.handlers import MessagingHandler
from proton.reactor import Container, ReceiverOption, Selector


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


class Topic(ReceiverOption):
    """Everybody who subscribes gets every event; who reads a queue shares its messages with others."""

    def apply(self, receiver):
        receiver.source.capabilities.put_object(symbol("topic"))


class Events(MessagingHandler):
    def __init__(self, address, count, selector):
        super().__init__()
        self.address = address
        self.left = count
        self.options = [Topic()] + ([Selector(selector)] if selector else [])

    def on_start(self, event):
        connection = connect(event.container, self.address)
        event.container.create_receiver(connection, "zimage.events", options=self.options)

    def on_link_opened(self, event):
        print("listening", flush=True)

    def on_message(self, event):
        told = json.loads(event.message.body)
        print(told["type"], told["subject"], told["data"]["image_url"] or "", flush=True)
        self.left -= 1
        if self.left == 0:
            event.connection.close()


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    Container(Events(sys.argv[1], count, sys.argv[3] if len(sys.argv) > 3 else None)).run()


if __name__ == "__main__":
    main()
