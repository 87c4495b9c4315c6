"""The client as a distribution of its own, in an environment that has httpx and pydantic only."""

import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture(scope="package")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make wheel` builds."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", *options, ROOT / "clients" / "python"],
        check=True,
    )
    (made,) = folder.glob("*.whl")
    return made


def needed(name: str, found: dict[str, Path]) -> dict[str, Path]:
    """The top folders and files of a distribution and of all that it needs."""
    of = distribution(name)
    if name in found:
        return found
    found[name] = Path()
    for file in of.files or ():
        top = file.parts[0]
        if top != "..":
            found[top] = Path(str(of.locate_file(top)))
    for requirement in of.requires or ():
        if ";" not in requirement:
            needed(re.split(r"[^\w.-]", requirement)[0], found)
    return found


@pytest.fixture(scope="package")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the wheel, httpx and pydantic, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    found: dict[str, Path] = {}
    for name in ("httpx", "pydantic"):
        needed(name, found)
    for top, path in found.items():
        if path.name:
            (packages / top).symlink_to(path)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return folder / "bin" / "python"


def says(python: Path, script: str, folder: Path) -> str:
    """What a script prints there."""
    command = [python, "-I", "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return run.stdout.strip()


def test_it_asks_a_server_without_pillow_and_numpy(python: Path, url: str, path: Path) -> None:
    script = (
        "import sys\n"
        "from app.client import Client\n"
        f"with Client({url!r}) as client:\n"
        f"    print(client.classify({str(path)!r}).predictions[0].label)\n"
        f"    client.saliency_image({str(path)!r}).save('map.png')\n"
        f"    print(client.submit('saliency', {str(path)!r}).wait().result().media_type)\n"
        "print(*{'PIL', 'numpy', 'fastapi', 'app.http'} & sys.modules.keys())\n"
    )
    assert says(python, script, path.parent).split() == ["red", "image/png"]
    assert (path.parent / "map.png").stat().st_size


def test_what_is_missing_is_told(python: Path, url: str, path: Path) -> None:
    script = (
        "from app.client import Client\n"
        f"answer = Client({url!r}).saliency_image({str(path)!r})\n"
        "for convert in (answer.image, answer.array):\n"
        "    try:\n"
        "        convert()\n"
        "    except ImportError as error:\n"
        "        print(error.name)\n"
    )
    assert says(python, script, path.parent).split() == ["PIL", "numpy"]


def test_the_wheel_has_the_very_files_of_the_service(wheel: Path) -> None:
    """So whichever of the two was installed last, the same is imported."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        for name in names:
            assert archive.read(name) == (ROOT / name).read_bytes(), name
        assert {name for name in names if not name.startswith("app/client/")} == {
            "app/__init__.py",
            "app/py.typed",
        }
        assert {Path(name).name for name in names if name.startswith("app/client/")} == {
            source.name for source in (ROOT / "app" / "client").glob("*.py")
        }
        assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())
