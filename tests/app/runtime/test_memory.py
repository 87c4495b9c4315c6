"""Memory that is given back leaves the process."""

from pathlib import Path

import pytest

from app.runtime.memory import give_back


def resident() -> int:
    """Kibibytes of this process that are in memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("Linux tells")


def test_what_was_freed_leaves_the_process() -> None:
    # Blocks too small to be mapped each; the last one keeps the heap from shrinking by itself.
    blocks = [bytearray(100_000) for _ in range(2000)]
    for block in blocks:
        block[::4096] = b"1" * len(block[::4096])
    last = blocks[-1]
    before = resident()
    del blocks, block
    give_back()
    assert len(last) == 100_000
    assert resident() < before - 100_000


def test_another_c_library_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.runtime.memory.ctypes.CDLL", lambda _: object())
    give_back()
