"""What the sources of torch networks share."""

from pathlib import Path

import pytest
import torch

from export.errors import ExportError, UnusableWeights
from export.sources.library import WITH_TORCH
from export.sources.source import classes_of, given, source
from export.weights import digest, file_digest
from tests import tiny


@pytest.mark.parametrize("kind", WITH_TORCH)
def test_every_source_has_names_and_loads(kind: str) -> None:
    module = source(kind)
    assert len(set(module.names())) == len(module.names()) > 10
    with pytest.raises(ExportError, match="nothing"):
        module.load("nothing", None, None, lambda _: None)


def test_others_are_refused() -> None:
    with pytest.raises(ExportError, match="no source is called 'pypi'; there are torchvision, ti"):
        source("pypi")


def test_the_digest_is_the_files_own(tmp_path: Path) -> None:
    state = {"a": torch.ones(2)}
    torch.save(state, tmp_path / "weights.pth")
    assert given(tmp_path / "weights.pth")[1] == file_digest(tmp_path / "weights.pth")
    with pytest.raises(UnusableWeights, match="was not exported here"):
        given(tiny.colors(tmp_path))


def test_classes_are_counted_in_the_last_layer() -> None:
    state = {"fc.weight": torch.zeros(7, 3), "head.weight": torch.zeros(5, 3, 1, 1)}
    assert classes_of(state, "fc", "a network") == 7
    assert classes_of(state, "head", "a network") == 5
    for broken in ({}, {"fc.weight": torch.tensor(1.0)}):
        with pytest.raises(UnusableWeights, match=r"a network: fc\.weight is missing"):
            classes_of(broken, "fc", "a network")


def test_digest_of_a_model_that_was_exported_here_is_that_of_its_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"a": torch.ones(2)}
    monkeypatch.setattr("export.sources.source.read_weights", lambda file: state)
    assert given(tmp_path / "model.onnx")[1] == digest(state)
