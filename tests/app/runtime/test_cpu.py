"""Cores: the machine's, the process' and the container's."""

import os
from pathlib import Path

import pytest

from app.runtime import cpu


def mounted(tmp_path: Path, files: dict[str, str], own: str) -> tuple[Path, Path]:
    root = tmp_path / "cgroup"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n")
    (tmp_path / "own").write_text(own)
    return root, tmp_path / "own"


@pytest.mark.parametrize(
    ("files", "own", "expected"),
    [
        pytest.param({"cpu.max": "150000 100000"}, "0::/\n", 1.5, id="version 2, in a container"),
        pytest.param({"cpu.max": "max 100000"}, "0::/\n", None, id="version 2, no limit"),
        pytest.param(
            {"a/cpu.max": "400000 100000", "a/b/cpu.max": "max 100000"}, "0::/a/b\n", 4, id="around"
        ),
        pytest.param(
            {"a/cpu.max": "400000 100000", "a/b/cpu.max": "50000 100000"}, "0::/a/b\n", 0.5, id="in"
        ),
        pytest.param(
            {"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"},
            "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n",
            3,
            id="version 1, in a container",
        ),
        pytest.param(
            {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"},
            "4:cpu,cpuacct:/\n",
            None,
            id="version 1, no limit",
        ),
        pytest.param({}, "", None, id="none"),
    ],
)
def test_quota(tmp_path: Path, files: dict[str, str], own: str, expected: float | None) -> None:
    assert cpu.quota(*mounted(tmp_path, files, own)) == expected


def test_no_linux(tmp_path: Path) -> None:
    assert cpu.quota(tmp_path, tmp_path / "missing") is None


@pytest.mark.parametrize(("granted", "expected"), [(0.5, 1), (1.5, 2), (10_000.0, None)])
def test_cores_are_at_least_one_and_at_most_the_affinity(
    monkeypatch: pytest.MonkeyPatch, granted: float, expected: int | None
) -> None:
    monkeypatch.setattr(cpu, "quota", lambda: granted)
    mine = len(os.sched_getaffinity(0))
    assert cpu.cores() == min(mine, expected or mine)
