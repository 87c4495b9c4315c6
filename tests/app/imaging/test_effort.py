"""What a file may ask of its decoder: many scans, large tiles and small pieces are refused."""

import pytest
from PIL import Image, ImageFile

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging.decode import decode
from app.imaging.effort import LARGEST_SCANS
from tests.app.imaging import odd
from tests.conftest import file, noise

LIMIT = 1_000_000


@pytest.mark.parametrize("name", odd.ANNOUNCING)
def test_what_is_announced_is_refused_before_it_is_decoded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = odd.ANNOUNCING[name](1001, 1000)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("it was decoded"))
    with pytest.raises(PictureTooLarge, match="1001x1000 is 1001000 pixels") as caught:
        decode(data, max_pixels=LIMIT)
    assert caught.value.facts == {"limit": LIMIT, "pixels": 1_001_000}
    assert len(data) < 2000


@pytest.mark.parametrize("progressive", [True, False])
def test_scans_of_a_jpeg(progressive: bool) -> None:
    allowed = odd.jpeg_of_scans(LARGEST_SCANS, progressive=progressive)
    assert decode(allowed, max_pixels=LIMIT).width == 16
    with pytest.raises(BrokenPicture, match="more than 100 scans"):
        decode(odd.jpeg_of_scans(LARGEST_SCANS + 1, progressive=progressive), max_pixels=LIMIT)


def test_what_looks_like_a_scan_and_is_none() -> None:
    scan = bytes.fromhex("ffda 0008 01 01 00 00 3f 00")
    picture = Image.fromarray(noise(16, 16))
    # In metadata, as a thumbnail is; and behind the end, where some cameras put a film.
    data = file(picture, "JPEG", exif=b"Exif\0\0" + scan * 1000) + scan * 1000
    assert decode(data, max_pixels=LIMIT).width == 16


def test_restart_intervals_are_no_scans() -> None:
    data = file(Image.fromarray(noise(64, 64)), "JPEG", restart_marker_blocks=1)
    assert data.count(b"\xff\xd0") > 1
    assert decode(data, max_pixels=LIMIT).width == 64


def test_a_tile_within_the_limit() -> None:
    # Deflated zeros in a tile that is larger than the picture, and allowed to be.
    assert decode(odd.tiff_of_tile(16, 16), max_pixels=LIMIT).pixels.max() == 0
