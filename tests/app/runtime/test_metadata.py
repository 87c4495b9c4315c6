"""What a file says of itself is what the ONNX library reads in it, and damage is told."""

from pathlib import Path

import onnx
import pytest

from app.runtime import metadata
from app.runtime.metadata import metadata_of
from tests import tiny
from tests.conftest import ROOT


def read(path: Path) -> dict[str, str]:
    """The metadata as the ONNX library reads them."""
    model = onnx.load(path, load_external_data=False)
    return {prop.key: prop.value for prop in model.metadata_props}


@pytest.mark.parametrize("name", ["srdensenet-x4", "resnet56-cifar10", "resnet-camvid"])
def test_of_shipped_models(name: str) -> None:
    path = ROOT / "models" / f"{name}.onnx"
    found = metadata_of(path)
    assert found == read(path)
    assert found["name"] == name


def test_text_of_any_language_and_none(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path, title="Größte Farbe 色", model_license="")
    assert metadata_of(path) == read(path)
    assert metadata_of(path)["title"] == "Größte Farbe 色"


def test_a_file_without_a_card_has_none(tmp_path: Path) -> None:
    path = tmp_path / "bare.onnx"
    tiny.without_card(path)
    assert metadata_of(path) == {}


def test_an_entry_larger_than_any_card_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny.colors(tmp_path, title="long " * 20)
    monkeypatch.setattr(metadata, "LONGEST", 100)
    assert "title" not in metadata_of(path)
    assert metadata_of(path)["name"] == "colors"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"no model", "wire type"),
        (b"\xff" * 20, "more than 64 bits"),
        (b"\x3a\xff\xff\xff\x7fshort", "ends within a field"),
        (b"\x08", "ends within a number"),
        (b"\x72\x09\x0a\xff\xff\xff\xff\xff\xff\xff\x7f", "ends beyond itself"),
    ],
)
def test_what_is_no_model(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "a.onnx").write_bytes(data)
    with pytest.raises(ValueError, match=told):
        metadata_of(tmp_path / "a.onnx")


def test_a_file_that_is_cut_off_anywhere_raises_nothing_else(tmp_path: Path) -> None:
    whole = tiny.colors(tmp_path).read_bytes()
    cut = tmp_path / "cut.onnx"
    for size in range(1, len(whole)):
        cut.write_bytes(whole[:size])
        try:
            found = metadata_of(cut)
        except ValueError:
            continue
        assert found.items() <= read(tmp_path / "colors.onnx").items()
