"""What the sources share."""

from pathlib import Path

import pytest
import torch

from export.errors import ExportError, UnusableWeights
from export.labels import labels
from export.sources.source import (
    KINDS,
    classes_of,
    file_or_none_such,
    given,
    labels_by_number,
    source,
    unreachable,
)
from export.weights import digest, file_digest
from tests import tiny


@pytest.mark.parametrize("kind", KINDS)
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


def test_labels_follow_from_a_number_of_classes_that_is_right() -> None:
    assert labels_by_number(1000, "imagenet") == labels("imagenet")
    assert labels_by_number(1001, "imagenet") is None
    assert labels_by_number(21, "voc") == labels("voc")


def test_a_missing_file_is_named_beside_what_there_is(tmp_path: Path) -> None:
    file = tmp_path / "a.pth"
    file.touch()
    assert file_or_none_such(str(file), "a network", []) == file
    with pytest.raises(UnusableWeights, match="no file V3; the weights of a network by name: V1"):
        file_or_none_such("V3", "a network", ["V1"])


def test_one_line_says_what_to_bring() -> None:
    error = unreachable("it", "https://a/b/c.pth", OSError("no route\nat all"))
    assert str(error) == (
        "it can not be downloaded (no route); fetch https://a/b/c.pth and give it as "
        "--weights c.pth"
    )
    assert "(OSError)" in str(unreachable("it", "https://a/c.pth", OSError()))


def test_digest_of_a_model_that_was_exported_here_is_that_of_its_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"a": torch.ones(2)}
    monkeypatch.setattr("export.sources.source.read_weights", lambda file: state)
    assert given(tmp_path / "model.onnx")[1] == digest(state)
