"""Several files as one and back; suffixes of the files that answer, and back."""

import pytest

from app.question import SUFFIXES, apart, media_type_of, suffix_of, together
from app.tasks import TASKS


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [(".jpg", "image/jpeg"), (".JPEG", "image/jpeg"), ("tif", "image/tiff"), (".txt", None)],
)
def test_a_suffix_names_a_media_type(suffix: str, media_type: str | None) -> None:
    assert media_type_of(suffix) == media_type


def test_every_answer_has_a_suffix() -> None:
    for media_type in {media for task in TASKS.values() for media in task.media_types}:
        assert media_type_of(suffix_of(media_type)) == media_type
    assert suffix_of("image/jpeg") == ".jpeg"
    assert len(SUFFIXES) > len(set(SUFFIXES.values()))


@pytest.mark.parametrize("files", [[b"one"], [b"one", b"two"], [b"", b"a", b"\0" * 300]])
def test_files_come_apart_as_they_went_together(files: list[bytes]) -> None:
    assert apart(together(files), len(files)) == files


def test_a_file_alone_is_itself() -> None:
    assert together([b"one"]) == b"one"
