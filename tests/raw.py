"""HTTP by hand, for clients that do what no library does."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


def head(path: str, size: int, **headers: str) -> bytes:
    """Of a request that posts a picture, after which the connection is to be closed."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: here",
        "Connection: close",
        "Content-Type: image/png",
        f"Content-Length: {size}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "".join(line + "\r\n" for line in lines).encode() + b"\r\n"


@contextmanager
def opened(client: httpx.Client) -> Iterator[socket.socket]:
    """A connection to the client's server; what takes a minute never comes."""
    address = (client.base_url.host, client.base_url.port)
    with socket.create_connection(address, timeout=60) as made:
        yield made


def rest(made: socket.socket) -> bytes:
    """What the server says until it closes the connection."""
    received = b""
    try:
        while piece := made.recv(65536):
            received += piece
    except ConnectionResetError:  # it closed with something of ours unread
        pass
    return received
