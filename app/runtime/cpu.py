"""How many CPU cores this process may use: fewer than the machine has, in a container."""

import math
import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")


def cores() -> int:
    """Cores that the process may keep busy: its affinity, or the quota of its container."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return math.ceil(min(allowed or 1, quota() or math.inf))


def quota(root: Path = CGROUPS, own: Path = Path("/proc/self/cgroup")) -> float | None:
    """The CPU time a second that control groups grant, in cores; `None`: they set no limit.

    Linux has two versions of them (its docs: admin-guide/cgroup-v2, cpu.max; scheduler/sched-bwc,
    cfs_quota_us). A group has no more than any of those that it is in.

    Args:
        root: where the groups are mounted.
        own: says in which of them the process is.
    """
    granted = [
        share
        for folder in _groups(root, own)
        if (share := _of_version_2(folder) or _of_version_1(folder)) is not None
    ]
    return min(granted, default=None)


def _groups(root: Path, own: Path) -> list[Path]:
    """The folders of the process' groups, and of those around them; in a container often `root`."""
    folders = [root, root / "cpu"]
    try:
        lines = own.read_text().splitlines()
    except OSError:  # no Linux
        return []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        base = root / "cpu" if controllers else root
        inner = Path(path.lstrip("/"))
        folders += [base / part for part in (inner, *inner.parents)]
    return folders


def _of_version_2(folder: Path) -> float | None:
    text = _read(folder / "cpu.max").split()
    return int(text[0]) / int(text[1]) if len(text) == 2 and text[0].isdecimal() else None


def _of_version_1(folder: Path) -> float | None:
    granted, period = (_read(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    return int(granted) / int(period) if granted.isdecimal() and period.isdecimal() else None


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
