"""Labels from a file, from a list, and what is none of them."""

from pathlib import Path

import pytest

from export.errors import ExportError
from export.label_option import labels_of


def test_a_list() -> None:
    assert labels_of("cat, dog,tabby cat") == ("cat", "dog", "tabby cat")


def test_a_file_of_lines(tmp_path: Path) -> None:
    file = tmp_path / "labels.txt"
    file.write_bytes("\ufeffHund, Welpe\r\nKätzchen\r\n\r\n".encode())
    assert labels_of(str(file)) == ("Hund, Welpe", "Kätzchen")


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
        labels_of(str(file))


def test_what_is_no_list() -> None:
    with pytest.raises(ExportError, match="label 2 of 'a,,b' is empty"):
        labels_of("a,,b")
    with pytest.raises(ExportError, match="nothing"):
        labels_of("nothing")
