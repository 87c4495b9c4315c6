"""What libraries of networks share."""

from pathlib import Path

import pytest

from export.errors import UnusableWeights
from export.labels import labels
from export.sources.library import file_or_none_such, labels_by_number, unreachable


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
