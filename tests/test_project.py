"""The project itself: what it imports, what its README promises, what it installs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.tasks import TASKS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_service_imports_no_training_library() -> None:
    script = (
        "import sys, app.main, app.cli\n"
        "heavy = {'torch', 'torchvision', 'keras', 'onnx', 'onnxscript', 'timm', 'export'}\n"
        "print(*heavy & {name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == ""


def test_the_runtime_needs_no_training_library() -> None:
    names = {re.split(r"[^\w-]", requirement)[0] for requirement in PROJECT["dependencies"]}
    assert not names & {"torch", "torchvision", "timm", "keras", "onnx", "onnxscript"}
    assert "onnxruntime-gpu" in names


@pytest.mark.parametrize("path", ["app", "export", "tests", "benchmarks", "clients", "examples"])
def test_every_file_says_what_it_is(path: str) -> None:
    for source in (ROOT / path).rglob("*.py"):
        text = source.read_text()
        assert not text.strip() or re.match(r'r?"""\S', text), source


def test_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = README + (ROOT / "CONTRIBUTING.md").read_text()
    asked = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert {"serve", "test"} <= asked
    assert asked <= targets


def test_ci_runs_the_tests_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    made = [line.partition(" ||")[0] for line in lines if line.startswith("make")]
    assert made == ["make browser", "make test", "make keras"]


def test_every_task_has_tests_and_a_section_in_the_docs() -> None:
    api = (ROOT / "docs" / "api.md").read_text()
    for name in TASKS:
        page = ROOT / "docs" / "tasks" / f"{name}.md"
        assert f"POST /v1/{name}" in (page.read_text() if page.exists() else api)
        assert (ROOT / "tests" / "app" / "tasks" / f"test_{name.replace('-', '_')}.py").exists()


def test_no_test_sleeps() -> None:
    for source in (ROOT / "tests").rglob("*.py"):
        assert "time." + "sleep" not in source.read_text()
