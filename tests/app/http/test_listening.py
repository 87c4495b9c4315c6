"""The socket of the service: who may share its port, and what its connections inherit."""

import socket

import pytest

from app.http.listening import UNREAD_SECONDS, listen

HERE = "127.0.0.1"


def test_a_taken_port_is_refused() -> None:
    with listen(HERE, 0) as first, pytest.raises(OSError, match="in use"):
        listen(HERE, first.getsockname()[1])


def test_a_shared_port_has_connections_for_both() -> None:
    with listen(HERE, 0, reuse_port=True) as first:
        address = first.getsockname()
        with listen(*address, reuse_port=True) as second:
            accepted = set()
            for _ in range(1000):
                with socket.create_connection(address):
                    for listening in (first, second):
                        listening.setblocking(False)
                        try:
                            listening.accept()[0].close()
                        except BlockingIOError:
                            continue
                        accepted.add(listening)
                if len(accepted) == 2:
                    return
    pytest.fail("one of them got no connection")


def test_others_may_not_come_to_a_port_that_is_not_shared() -> None:
    with listen(HERE, 0) as first, pytest.raises(OSError, match="in use"):
        listen(HERE, first.getsockname()[1], reuse_port=True)


def test_a_connection_inherits_how_long_an_answer_may_lie_unread() -> None:
    with (
        listen(HERE, 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        limit = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert limit == UNREAD_SECONDS * 1000
