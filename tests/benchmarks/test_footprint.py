"""Footprint: a process with its children, in bytes."""

import os
import subprocess
import sys

import pytest

from benchmarks.footprint import footprint

SCRIPT = """
import subprocess, sys
held = bytearray(b"x") * 30_000_000
if len(sys.argv) == 1:
    child = subprocess.Popen([sys.executable, __file__, "child"], stdin=subprocess.PIPE)
print("up", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="it is no Linux")
def test_children_count_too(tmp_path: object) -> None:
    script = os.path.join(str(tmp_path), "script.py")
    with open(script, "w") as written:
        written.write(SCRIPT)
    command = [sys.executable, script]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        for _ in "ab":  # the parent's and the child's
            process.stdout.readline()
        family = footprint(process.pid)
        process.stdin.close()
    assert family.processes == 2
    assert 60_000_000 < family.proportional <= family.resident < 300_000_000
