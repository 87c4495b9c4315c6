"""The socket that the service listens on."""

import socket

BACKLOG = 2048
"""Connections that may wait to be accepted; the system may allow fewer."""

UNREAD_SECONDS = 30
"""After which a client is given up that takes nothing of an answer, or whose network is gone."""


def listen(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    """Listen, so that whoever knows the address may connect at once.

    Args:
        host: address of this machine.
        port: 0 takes a free one.
        reuse_port: whether others who say so, too, may listen on the port; the system then shares
            connections among them (`SO_REUSEPORT`, `man 7 socket`).

    Raises:
        OSError: the address is taken, or none of this machine.
        ValueError: the system can not share ports.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=reuse_port)
    # Connections inherit it from the socket that accepts them; only Linux has it (`man 7 tcp`).
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    return made
