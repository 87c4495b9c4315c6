"""Names of classes: as many as their data set has, in its order, or a list of one's own."""

from pathlib import Path

import pytest

from export.datasets import cifar10, masks
from export.errors import ExportError
from export.labels import NAMED, labels


@pytest.mark.parametrize(
    ("name", "count", "places"),
    [
        ("imagenet", 1000, {0: "tench", 281: "tabby", 985: "daisy", 999: "toilet tissue"}),
        ("voc", 21, {0: "__background__", 12: "dog", 15: "person", 20: "tvmonitor"}),
        ("cifar10", 10, {3: "cat"}),
        ("camvid", 11, {0: "Sky"}),
    ],
)
def test_a_data_set_has_its_names_in_its_order(
    name: str, count: int, places: dict[int, str]
) -> None:
    names = labels(name)
    assert len(names) == len(set(names)) == count
    assert all(names[index] == label for index, label in places.items())
    assert all(label == label.strip() and label for label in names)


def test_every_name_is_tested() -> None:
    assert set(NAMED) == {"imagenet", "voc", "cifar10", "camvid"}


def test_names_are_kept_in_one_place() -> None:
    assert labels("cifar10") is cifar10.CLASSES
    assert labels("camvid") is masks.CAMVID


@pytest.mark.parametrize("data_set", ["imagenet", "voc"])
def test_they_are_those_that_torchvision_carries(data_set: str) -> None:
    models = pytest.importorskip("torchvision.models")
    weights = {
        "imagenet": models.ResNet50_Weights.IMAGENET1K_V2,
        "voc": models.segmentation.FCN_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1,
    }
    assert list(labels(data_set)) == weights[data_set].meta["categories"]


def test_a_list_of_ones_own() -> None:
    assert labels("cat, hot dog,dog") == ("cat", "hot dog", "dog")


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("imagnet", "no file and no data set is called 'imagnet'; there are"),
        ("cat,,dog", "label 2 of 'cat,,dog' is empty"),
    ],
)
def test_others_are_refused(asked: str, reason: str) -> None:
    with pytest.raises(ExportError, match=reason):
        labels(asked)


def test_a_file_of_lines(tmp_path: Path) -> None:
    file = tmp_path / "labels.txt"
    file.write_bytes("\ufeffHund, Welpe\r\nKätzchen\r\n\r\n".encode())
    assert labels(str(file)) == ("Hund, Welpe", "Kätzchen")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "there are no labels in"),
        (b"cat\n\ndog\n", r"label 2 of .+labels\.txt is empty"),
        (b"\xff\xfe\x00", "not a text file of labels in UTF-8"),
    ],
)
def test_files_without_labels(content: bytes, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "labels.txt"
    file.write_bytes(content)
    with pytest.raises(ExportError, match=reason):
        labels(str(file))
