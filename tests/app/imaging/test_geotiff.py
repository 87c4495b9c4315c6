"""Georeferences read and written, against GDAL by way of rasterio."""

import io
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, TiffImagePlugin
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.io import MemoryFile

from app.errors import CannotGeoreference
from app.imaging.decode import decode
from app.imaging.encode import encode, encode_indexed
from app.imaging.georeference import GeoReference, unread
from app.imaging.geotiff import reference_of, tags
from app.imaging.palette import palette
from app.imaging.picture import Picture
from tests.app.imaging.geo import DEGREES, ROTATED, UTM, geotiff
from tests.conftest import file, noise

PIXELS = noise(12, 9)
RASTER_TYPE = struct.pack("<HHH", 1025, 0, 1)
"""The key that says what a pixel is: an area, or a point (OGC 19-008r4, 7.1.2)."""
LOCAL = (
    "+proj=tmerc +lat_0=48.1 +lon_0=11.5 +k=1 +x_0=1000 +y_0=2000 +ellps=bessel +units=m +no_defs"
)


@pytest.mark.parametrize("transform", [UTM, DEGREES, ROTATED])
@pytest.mark.parametrize("crs", ["EPSG:32633", "EPSG:4326", LOCAL, None])
def test_what_is_read(transform: object, crs: str | None) -> None:
    found = reference_of(geotiff(PIXELS, transform, crs))
    assert found is not None
    assert found.transform == tuple(transform[:6])  # type: ignore[index]
    assert found.projected == (crs in ("EPSG:32633", LOCAL))
    if crs is None:
        assert found.crs is None
    else:
        assert found.crs is not None
        assert CRS.from_wkt(found.crs) == CRS.from_string(crs)
        wanted = None if crs == LOCAL else tuple(crs.split(":"))
        assert found.authority == wanted


def test_a_picture_has_it() -> None:
    picture = decode(geotiff(PIXELS), max_pixels=1000)
    assert np.array_equal(picture.pixels, PIXELS)
    assert picture.geo is not None
    assert picture.geo.authority == ("EPSG", "32633")


def test_a_large_file_s_own_form() -> None:
    found = reference_of(geotiff(PIXELS, BIGTIFF="YES"))
    assert found is not None
    assert found.transform == tuple(UTM[:6])


def test_a_pixel_may_be_a_point() -> None:
    """GDAL keeps the corner of the pixel, which is what a transform is of."""
    data = geotiff(PIXELS).replace(RASTER_TYPE + b"\1", RASTER_TYPE + b"\2")
    found = reference_of(data)
    with MemoryFile(data) as memory, memory.open() as dataset:
        assert found is not None
        assert found.transform == tuple(dataset.transform[:6])
        assert found.points(np.array([0.5, 0.5])).tolist() == pytest.approx(UTM @ (0, 0))


def turned(data: bytes, orientation: int) -> bytes:
    """The same TIFF with an orientation, written by Pillow with the same tags."""
    with Image.open(io.BytesIO(data)) as image:
        kept = TiffImagePlugin.ImageFileDirectory_v2()
        for tag in (33550, 33922, 34264, 34735, 34736, 34737):
            if tag in image.tag_v2:  # type: ignore[attr-defined]
                kept[tag] = image.tag_v2[tag]  # type: ignore[attr-defined]
                kept.tagtype[tag] = image.tag_v2.tagtype[tag]  # type: ignore[attr-defined]
        kept[274] = orientation
        return file(image, "TIFF", tiffinfo=kept)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_transform_is_turned_with_the_picture(orientation: int) -> None:
    """A green pixel lies where it lies, however it is stored."""
    pixels = np.zeros((9, 12, 3), np.uint8)
    pixels[2, 5, 1] = 255
    picture = decode(turned(geotiff(pixels), orientation), max_pixels=1000)
    assert picture.geo is not None
    y, x = np.argwhere(picture.pixels[..., 1] == 255)[0]
    place = picture.geo.points(np.array([x + 0.5, y + 0.5]))
    assert place.tolist() == pytest.approx(UTM @ (5.5, 2.5), rel=1e-15)


def test_what_has_none() -> None:
    assert decode(file(Image.fromarray(PIXELS), "TIFF"), max_pixels=1000).geo is None
    assert decode(file(Image.fromarray(PIXELS), "PNG"), max_pixels=1000).geo is None
    assert reference_of(b"") is None
    assert reference_of(b"II*\0\xff\xff\xff\xff") is None
    assert reference_of(b"II+\0") is None


def test_points_on_the_ground_are_no_transform() -> None:
    points = [
        GroundControlPoint(row, column, 500_000 + column, 5_400_000 - row)
        for row, column in ((0, 0), (0, 12), (9, 0), (9, 12))
    ]
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=12, height=9, count=3, dtype="uint8",
            gcps=points, crs="EPSG:32633",
        ) as dataset:  # fmt: skip
            dataset.write(np.moveaxis(PIXELS, -1, 0))
        data = memory.read()
    assert reference_of(data) is None


def test_a_damaged_reference_is_not_lost_in_silence() -> None:
    """The picture is read, and only an answer that would tell where it lies is refused."""
    data = geotiff(PIXELS, DEGREES, "EPSG:4326")
    keys = data.index(RASTER_TYPE) - 16  # a header and one key precede
    lost = 0
    for place in range(keys, keys + 32):
        wrong = data[:place] + b"\xff" + data[place + 1 :]
        picture = decode(wrong, max_pixels=1000)
        assert np.array_equal(picture.pixels, PIXELS)
        assert picture.geo is not None
        lost += picture.geo.crs != reference_of(data).crs  # type: ignore[union-attr]
    assert lost


def test_other_formats_of_gdal_are_not_opened(tmp_path: Path) -> None:
    """A VRT names other files, and GDAL would read them."""
    secret = tmp_path / "secret.tif"
    secret.write_bytes(geotiff(PIXELS))
    vrt = f"""<VRTDataset rasterXSize="12" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1">
        <SimpleSource><SourceFilename>{secret}</SourceFilename></SimpleSource>
        </VRTRasterBand></VRTDataset>""".encode()
    assert reference_of(vrt) is None
    # Even if it has the tags of a GeoTIFF, GDAL sees no more than a damaged one.
    tagged = geotiff(PIXELS)
    for data in (b"II*\0" + vrt, tagged[:8] + vrt, tagged + vrt):
        found = reference_of(data)
        assert found is None or found.transform == tuple(UTM[:6])


@pytest.mark.parametrize("transform", [UTM, DEGREES, ROTATED])
def test_colours_are_written(transform: object) -> None:
    reference = reference_of(geotiff(PIXELS, transform))
    assert reference is not None
    data = encode(Picture(PIXELS, geo=reference), "image/tiff")
    with MemoryFile(data) as memory, memory.open() as dataset:
        assert np.array_equal(np.moveaxis(dataset.read(), 0, -1), PIXELS)
        assert dataset.transform == transform
        assert dataset.crs == CRS.from_epsg(32633)
        assert dataset.colorinterp == (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
        assert dataset.compression.name == "deflate"
        assert dataset.block_shapes == [(16, 16)] * 3
        assert dataset.profile["tiled"]


def test_a_system_nobody_has_numbered_is_written() -> None:
    reference = reference_of(geotiff(PIXELS, UTM, LOCAL))
    assert reference is not None
    data = encode(Picture(PIXELS, geo=reference), "image/tiff")
    with MemoryFile(data) as memory, memory.open() as dataset:
        assert dataset.crs == CRS.from_string(LOCAL)


def test_depth_alpha_and_profile_are_written() -> None:
    reference = reference_of(geotiff(PIXELS))
    assert reference is not None
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    deep = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000
    gray = Picture(np.stack([deep] * 3, axis=-1), deep[::-1], gray=True, geo=reference)
    with MemoryFile(encode(gray, "image/tiff")) as memory, memory.open() as dataset:
        assert np.array_equal(dataset.read(), [deep, deep[::-1]])
        assert dataset.colorinterp == (ColorInterp.gray, ColorInterp.alpha)
    colors = Picture(PIXELS, PIXELS[..., 0], icc=srgb, geo=reference)
    with Image.open(io.BytesIO(encode(colors, "image/tiff"))) as image:
        assert image.mode == "RGBA"
        assert image.info["icc_profile"] == srgb
        assert np.array_equal(np.asarray(image.getchannel("A")), PIXELS[..., 0])


def test_classes_are_written() -> None:
    reference = reference_of(geotiff(PIXELS))
    assert reference is not None
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    data = encode_indexed(values, palette(None), "image/tiff", reference)
    with MemoryFile(data) as memory, memory.open() as dataset:
        assert np.array_equal(dataset.read(1), values)
        assert dataset.dtypes == ("uint8",)
        assert dataset.transform == UTM
        colors = dataset.colormap(1)
        assert [colors[index][:3] for index in range(256)] == list(palette(None))


@pytest.mark.parametrize("transform", [UTM, DEGREES, ROTATED])
@pytest.mark.parametrize("crs", ["EPSG:32633", "EPSG:4326", LOCAL, None])
def test_other_writers_get_its_tags(transform: object, crs: str | None) -> None:
    reference = reference_of(geotiff(PIXELS, transform, crs))
    assert reference is not None
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, PIXELS, extratags=tags(reference.scaled(4)), photometric="rgb")
    with MemoryFile(buffer.getvalue()) as memory, memory.open() as dataset:
        assert np.allclose(dataset.transform[:6], reference.scaled(4).transform, rtol=1e-15, atol=0)
        assert dataset.crs == (CRS.from_string(crs) if crs else None)


def test_without_a_reference_a_tiff_is_a_plain_one() -> None:
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    with Image.open(io.BytesIO(encode_indexed(values, palette(None), "image/tiff"))) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image), values)
        assert 34735 not in image.tag_v2  # type: ignore[attr-defined]


def test_where_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    picture = decode(geotiff(PIXELS), max_pixels=1000)
    assert np.array_equal(picture.pixels, PIXELS)
    assert encode(picture, "image/png")
    with pytest.raises(CannotGeoreference, match=r"pip install 'densight\[geo\]'"):
        encode(picture, "image/tiff")


def test_what_was_not_read_is_not_written() -> None:
    for reference in (unread("it is damaged"), unread("it is damaged").scaled(4)):
        assert isinstance(reference, GeoReference)
        with pytest.raises(CannotGeoreference, match="it is damaged"):
            encode(Picture(PIXELS, geo=reference), "image/tiff")
