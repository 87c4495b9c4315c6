"""Photos: real JPEG files of the size asked for, as large as those of cameras."""

import io

from PIL import Image

from benchmarks.photos import jpegs


def test_files_are_different_and_always_the_same() -> None:
    made = jpegs(320, 200, count=3)
    assert len(set(made)) == 3
    assert made == jpegs(320, 200, count=3)
    for data in made:
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("JPEG", (320, 200))
        assert 2 < 8 * len(data) / (320 * 200) < 4
