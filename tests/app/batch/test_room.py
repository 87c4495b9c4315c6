"""Room for pixels: waited for, given back, and given to what is too large when it is alone."""

import threading

from app.batch.room import Room


def test_who_finds_no_room_waits() -> None:
    room, order, waiting = Room(10), [], threading.Event()

    def wait() -> None:
        waiting.set()
        with room.taken(5):
            order.append("second")

    thread = threading.Thread(target=wait)
    with room.taken(4), room.taken(6):
        thread.start()
        waiting.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_what_is_too_large_gets_in_alone() -> None:
    room = Room(10)
    with room.taken(11):
        pass
    with room.taken(10):
        pass
