"""Pictures that are damaged or dangerous, through the real route: 200 or a precise refusal."""

import random
import resource
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image

from app.imaging.signatures import FORMATS
from tests.app.imaging import golden, odd
from tests.app.imaging.test_directories import overlapping
from tests.conftest import Make, file, noise, serving

URL = "/v1/classification"
RAW = {"content-type": "application/octet-stream"}
LIMIT = 1_000_000
RGB = Image.fromarray(noise(24, 17))
DEEP = golden.deep(3, 17, 9)
ONE_BIT = RGB.convert("1")

SAMPLES = {format.lower(): file(RGB, format) for format in FORMATS} | {
    "progressive jpeg": file(RGB, "JPEG", progressive=True),
    "cmyk jpeg": file(RGB.convert("CMYK"), "JPEG"),
    "palette png": file(RGB.quantize(16), "PNG", transparency=1),
    "16-bit png": file(RGB.convert("L").convert("I;16"), "PNG"),
    "lossless webp": file(RGB, "WEBP", lossless=True),
    "transparent avif": file(Image.fromarray(noise(9, 8, 4)), "AVIF"),
    "gif of frames": file(RGB.quantize(8), "GIF", save_all=True, append_images=[RGB.quantize(4)]),
    "lzw tiff": file(RGB, "TIFF", compression="tiff_lzw"),
    "jpeg tiff": file(RGB, "TIFF", compression="jpeg"),
    "fax tiff": file(ONE_BIT, "TIFF", compression="group4"),
    "float tiff": file(RGB.convert("F"), "TIFF"),
    "pgm": file(RGB.convert("L"), "PPM"),
    "plain ppm": b"P3 2 1 255 " + b" 7" * 6,
    "codestream": odd.codestream(16, 16),
    "deep png": golden.png(DEEP, 16, golden.RGB),
    "deep jpeg 2000": golden.jpeg2000(DEEP),
    "deep tiff": golden.tiff(DEEP, photometric="rgb", compression="lzw", predictor=True),
    "bigtiff": golden.tiff(DEEP, photometric="rgb", compression="zstd", bigtiff=True),
    "floating tiff": golden.tiff((DEEP / 65535).astype("f4"), photometric="rgb", tile=(16, 16)),
    "deep ppm": b"P6 17 9 65535 " + DEEP.astype(">u2").tobytes(),
    "pfm": b"Pf 3 2 -1.0 " + bytes(24),
}

BOMBS = {
    "scans": odd.jpeg_of_scans(100_000),
    "baseline scans": odd.jpeg_of_scans(100_000, progressive=False),
    "profile": odd.png_with(b"iCCP", b"a\0\0" + odd.packed(10**8)),
    "text": odd.png_with(b"zTXt", b"a\0\0" + odd.packed(10**8)),
    "texts": odd.png_with(b"zTXt", b"a\0\0" + odd.packed(10**6), times=100),
    "international text": odd.png_with(b"iTXt", b"a\0\1\0\0\0" + odd.packed(10**8)),
    "precincts": odd.codestream(1000, 1000, precinct=1),
    "code-blocks": odd.jp2(odd.codestream(1000, 1000, block=0)),
    "chunks": odd.png_with(b"abCd", b"", times=100_000),
    "directories": overlapping(100, 2**18),
    "exif": odd.png_with(b"eXIf", overlapping(100, 2**18)),
    "tiles": odd.codestream(1000, 1000, tile=(1, 1)),
} | {name: announcing(16_000, 16_000) for name, announcing in odd.ANNOUNCING.items()}


@pytest.fixture
def small(make_app: Make) -> Iterator[httpx.Client]:
    """A server for pictures of a million pixels."""
    with serving(make_app(max_pixels=LIMIT)) as client:
        yield client


def damaged(data: bytes, random: random.Random) -> bytes:
    """The file with its end, some bits, its header or a few bytes not as they were."""
    wrong = bytearray(data)
    match random.randrange(4):
        case 0:
            del wrong[random.randrange(len(wrong)) :]
        case 1:
            for _ in range(random.randrange(1, 8)):
                wrong[random.randrange(len(wrong))] ^= 1 << random.randrange(8)
        case 2:
            for _ in range(random.randrange(1, 4)):
                value = random.choice([0, 1, 127, 128, 255, random.randrange(256)])
                wrong[random.randrange(min(64, len(wrong)))] = value
        case _:
            place = random.randrange(len(wrong))
            wrong[place : place + random.randrange(1, 5)] = random.randbytes(random.randrange(9))
    return bytes(wrong)


def check(answer: httpx.Response) -> int:
    """See that an answer is what a picture may be answered with."""
    if answer.status_code == 200:
        assert answer.json()["predictions"]
    else:
        assert answer.status_code in (400, 413, 415, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    return answer.status_code


@pytest.mark.parametrize("name", SAMPLES)
def test_damage(small: httpx.Client, name: str) -> None:
    data = SAMPLES[name]
    assert check(small.post(URL, content=data, headers=RAW)) == 200
    chance = random.Random(name)
    statuses = {
        check(small.post(URL, content=damaged(data, chance), headers=RAW)) for _ in range(60)
    }
    assert 422 in statuses
    assert small.get("/livez").status_code == 200


def test_bombs(small: httpx.Client) -> None:
    small.post(URL, content=SAMPLES["png"], headers=RAW)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, data in BOMBS.items():
        assert len(data) < 2**21, name
        status = check(small.post(URL, content=data, headers=RAW))
        assert status == (413 if name in odd.ANNOUNCING else 422), name
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024  # kB; the largest of them would take gigabytes


def test_more_frames_than_anyone_reads(small: httpx.Client) -> None:
    frames = file(RGB.quantize(2), "GIF", save_all=True, append_images=[ONE_BIT, RGB] * 200)
    first = small.post(URL, content=frames, headers=RAW)
    assert check(first) == 200
    only = small.post(URL, content=file(RGB.quantize(2), "GIF"), headers=RAW)
    assert first.json() == only.json()


def test_pixels_behind_the_last_row_are_not_unpacked(small: httpx.Client) -> None:
    chunk = odd.png_with(b"IDAT", odd.packed(10**8))
    assert check(small.post(URL, content=chunk, headers=RAW)) == 200
