"""Splits the body of a watch into events: lines of JSON, or frames of protobuf with their length before them."""

from __future__ import annotations

import json

PROTOBUF = "application/vnd.kubernetes.protobuf"


def split(body: bytes, protobuf: bool) -> tuple[list[bytes], bytes]:
    """The complete events, each as it was sent, and the rest."""
    if not protobuf:
        *lines, rest = body.split(b"\n")
        return [line + b"\n" for line in lines], rest
    events = []
    while len(body) >= 4 and len(body) >= (size := 4 + int.from_bytes(body[:4], "big")):
        events.append(body[:size])
        body = body[size:]
    return events, body


def error(status: dict, protobuf: bool) -> bytes:
    """An ERROR event with this Status."""
    if not protobuf:
        return json.dumps({"type": "ERROR", "object": status}).encode() + b"\n"
    said = text(3, status["message"]) + text(4, status["reason"]) + integer(6, status["code"])
    unknown = data(1, text(1, "v1") + text(2, "Status")) + data(2, said)
    event = text(1, "ERROR") + data(2, data(1, b"k8s\x00" + unknown))
    return len(event).to_bytes(4, "big") + event


def text(number: int, value: str) -> bytes:
    return data(number, value.encode())


def data(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def integer(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def varint(value: int) -> bytes:
    *low, last = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([*(byte | 0x80 for byte in low), last])
