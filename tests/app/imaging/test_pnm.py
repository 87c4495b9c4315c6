"""PNM of every kind and depth."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.errors import BrokenPicture, FrameNotFound, PictureTooLarge
from app.imaging import pnm
from app.imaging.decode import decode
from app.imaging.picture import Picture

LIMIT = 100_000


def read(data: bytes, **options: Any) -> Picture:
    return decode(data, **{"max_pixels": LIMIT, **options})


def random(peak: int, channels: int) -> NDArray[np.int64]:
    return np.random.default_rng(peak).integers(0, peak + 1, (5, 7, channels))


@pytest.mark.parametrize("peak", [1, 15, 254, 255, 256, 1023, 65535])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_depth(peak: int, channels: int) -> None:
    samples = random(peak, channels)
    most, kind = (255, np.uint8) if peak < 256 else (65535, np.uint16)
    wanted = np.broadcast_to(np.floor(samples * most / peak + 0.5), (5, 7, 3))
    header = b"P%d 7 5 %d\n"
    body = samples.astype(np.uint8 if peak < 256 else ">u2").tobytes()
    plain = " ".join(str(value) for value in samples.ravel()).encode()
    for data in (
        header % (5 if channels == 1 else 6, peak) + body,
        header % (2 if channels == 1 else 3, peak) + plain,
    ):
        picture = read(data)
        assert np.array_equal(picture.pixels, wanted)
        assert picture.pixels.dtype == kind
        assert picture.gray == (channels == 1)
        assert picture.format == "PPM"


@pytest.mark.parametrize("data", [b"P1 9 2\n100000001 0 1 0\n1010000", b"P4 9 2\n\x80\x80\x54\x00"])
def test_bits_of_which_one_is_black(data: bytes) -> None:
    black = read(data).pixels[..., 0] == 0
    assert black.astype(int).tolist() == [[1, 0, 0, 0, 0, 0, 0, 0, 1], [0, 1, 0, 1, 0, 1, 0, 0, 0]]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["Pf", "PF"])
def test_floats_from_the_lowest_row_on(order: str, kind: str) -> None:
    values = np.random.default_rng(0).random((4, 3, 1 if kind == "Pf" else 3), np.float32)
    scale = "-1.0" if order == "<" else "1.0"
    data = f"{kind}\n3 4\n{scale}\n".encode() + values[::-1].astype(f"{order}f4").tobytes()
    wanted = np.broadcast_to(values.astype(np.float64) * 65535, (4, 3, 3))
    assert np.abs(read(data).pixels - wanted).max() <= 0.51


def test_comments() -> None:
    data = b"P2#a 9 9\n# b\n 2\t#c\r2 #d\n255\n1 #5 5\n2 3\n#\n4"
    assert read(data).pixels[..., 0].tolist() == [[1, 2], [3, 4]]


def test_blocks_of_plain_numbers_end_between_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pnm, "BLOCK", 16)
    samples = random(65535, 3)
    for blank in (" ", "\t", "\n", " #1 2\n"):
        plain = blank.join(str(value) for value in samples.ravel())
        assert np.array_equal(read(f"P3 7 5 65535 {plain}".encode()).pixels, samples)


def test_values_above_the_largest_are_cut_to_it() -> None:
    assert read(b"P2 2 1 100 100 999").pixels[..., 0].tolist() == [[255, 255]]
    assert read(b"P5 2 1 100 \x64\xff").pixels[..., 0].tolist() == [[255, 255]]


@pytest.mark.parametrize(
    "data",
    [
        b"P5 3 3 255 12345678",
        b"P6 3 3 65535 " + bytes(53),
        b"P2 2 2 255 1 2 3",
        b"P2 2 2 255 1 2 x 3",
        b"P2 2 2 255 1 2 -3 4",
        b"P1 3 3 10101010",
        b"P4 9 2 \0\0\0",
        b"Pf 2 2 1 " + bytes(15),
        b"P5 0 3 255 ",
        b"P5 3 3 0 123456789",
        b"P5 3 3 65536 " + bytes(18),
        b"P5 -3 3 255 123456789",
        b"P3" + b" " * 70_000 + b"1 1 1 1 1 1",
    ],
)
def test_damaged(data: bytes) -> None:
    with pytest.raises(BrokenPicture):
        read(data)


def test_limits() -> None:
    with pytest.raises(PictureTooLarge, match="1000000x1000000 is"):
        read(b"P6 1000000 1000000 255 ")
    with pytest.raises(FrameNotFound, match="1 frame,"):
        read(b"P5 1 1 255 1", frame=1)
