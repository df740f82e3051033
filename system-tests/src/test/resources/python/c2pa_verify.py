"""Verifies content credentials twice: with c2pa-python, and by the specification's own steps with general libraries.

Usage: c2pa_verify.py AUTHORITY.pem FILE ...; prints a JSON object, by file.
"""
import datetime
import hashlib
import io
import json
import struct
import sys

import cbor2
from c2pa import Context, Reader, Settings
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from PIL import Image


def chunk(data):
    """Start and length of the whole chunk, and its content."""
    if data[:4] == b"\x89PNG":
        at = 8
        while data[at + 4:at + 8] != b"caBX":
            at += 12 + struct.unpack(">I", data[at:at + 4])[0]
        length = struct.unpack(">I", data[at:at + 4])[0]
        return at, length + 12, data[at + 8:at + 8 + length]
    at = 12
    while data[at:at + 4] != b"C2PA":
        length = struct.unpack("<I", data[at + 4:at + 8])[0]
        at += 8 + length + length % 2
    length = struct.unpack("<I", data[at + 4:at + 8])[0]
    return at, length + 8, data[at + 8:at + 8 + length]


def boxes(data):
    while data:
        length, kind = struct.unpack(">I4s", data[:8])
        yield kind, data[8:length]
        data = data[length:]


def children(payload):
    """Label -> payload of the superboxes in one."""
    found = {}
    for kind, content in list(boxes(payload))[1:]:
        assert kind == b"jumb", kind
        description = next(boxes(content))[1]
        found[description[17:-1].decode()] = content
    return found


def cbor(payload):
    (kind, content), = list(boxes(payload))[1:]
    assert kind == b"cbor", kind
    return content


def by_hand(data, authority):
    """Raises where something does not fit."""
    start, length, store = chunk(data)
    (_, payload), = boxes(store)
    manifest = children(list(children(payload).values())[-1])
    assertions = children(manifest["c2pa.assertions"])
    claim = cbor(manifest["c2pa.claim.v2"])
    for reference in cbor2.loads(claim)["created_assertions"]:
        name = reference["url"].split("/")[-1]
        assert hashlib.sha256(assertions[name]).digest() == reference["hash"], name
    protected, _, _, signature = cbor2.loads(cbor(manifest["c2pa.signature"])).value
    header = cbor2.loads(protected)
    assert header[1] == -7
    certificates = header[33] if isinstance(header[33], list) else [header[33]]
    signer = x509.load_der_x509_certificate(certificates[0])
    signer.verify_directly_issued_by(authority)
    now = datetime.datetime.now(datetime.timezone.utc)
    assert signer.not_valid_before_utc <= now <= signer.not_valid_after_utc
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    signed = cbor2.dumps(["Signature1", protected, b"", claim])
    signer.public_key().verify(der, signed, ec.ECDSA(hashes.SHA256()))
    binding = cbor2.loads(cbor(assertions["c2pa.hash.data"]))
    assert binding["exclusions"] == [{"start": start, "length": length}]
    assert hashlib.sha256(data[:start] + data[start + length:]).digest() == binding["hash"]


def report(data, media_type, pem):
    answer = {"actions": [], "ingredients": [], "by_hand": "valid"}
    try:
        with Context(Settings.from_dict({"trust": {"trust_anchors": pem}})) as context, \
                Reader(media_type, io.BytesIO(data), context=context) as reader:
            answer["state"] = reader.get_validation_state()
            store = json.loads(reader.json())
            active = store["manifests"][store["active_manifest"]]
            for assertion in active["assertions"]:
                if assertion["label"].startswith("c2pa.actions"):
                    answer["actions"] = assertion["data"]["actions"]
            answer["ingredients"] = [i.get("active_manifest") for i in active.get("ingredients", [])]
            answer["agent"] = active["claim_generator_info"][0]["name"]
    except Exception as failure:  # what it throws for broken files
        answer["state"] = "Unreadable: " + str(failure)
    try:
        by_hand(data, x509.load_pem_x509_certificate(pem.encode()))
    except Exception as failure:
        answer["by_hand"] = repr(failure)
    try:
        answer["size"] = Image.open(io.BytesIO(data)).size
    except Exception as failure:
        answer["size"] = str(failure)
    return answer


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        pem = file.read()
    answers = {}
    for name in sys.argv[2:]:
        with open(name, "rb") as file:
            data = file.read()
        answers[name.rsplit("/", 1)[-1]] = report(data, "image/png" if ".png" in name else "image/webp", pem)
    print(json.dumps(answers))


main()
