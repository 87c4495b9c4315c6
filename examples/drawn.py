"""Pictures that no camera took, for the pipelines: a facade, a paved place from above, a chest.

They are drawn so that anybody may have them, and so that it is known where the cracks are. What a
network says of them tells how a pipeline works, not how good the network is.
"""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

NOTICE = "drawn by examples/drawn.py; no photograph"


def surface(
    width: int, height: int, color: tuple[int, int, int], grain: float, seed: int
) -> Image.Image:
    """A rough surface under even light, with stains and grain of that many levels."""
    random = np.random.default_rng(seed)
    stains = Image.fromarray(random.integers(0, 256, (height // 40, width // 40), np.uint8))
    spread = np.asarray(stains.resize((width, height), Image.Resampling.BICUBIC), float) - 128
    fine = random.normal(0, grain, (height, width))
    coarse = Image.fromarray(np.uint8(np.clip(128 + random.normal(0, 40, (height, width)), 0, 255)))
    rough = np.asarray(coarse.filter(ImageFilter.GaussianBlur(1.2)), float) - 128
    levels = np.array(color)[None, None] + (spread * 0.12 + fine + rough * grain / 10)[..., None]
    return Image.fromarray(np.uint8(np.clip(levels, 0, 255)))


def crack(
    image: Image.Image, start: tuple[float, float], angle: float, steps: int, seed: int
) -> None:
    """Draw a crack: a walk that turns at random, thins out and branches."""
    random, draw = np.random.default_rng(seed), ImageDraw.Draw(image)
    x, y = start
    for step in range(steps):
        angle += random.normal(0, 0.25)
        length = random.uniform(4, 9)
        end = (x + length * np.cos(angle), y + length * np.sin(angle))
        wide = max(1, round(4 * (1 - step / steps)))
        draw.line([(x, y), end], fill=(int(random.integers(28, 52)),) * 3, width=wide)
        if steps > 20 and random.random() < 0.04:
            turned = angle + random.choice([-0.9, 0.9])
            crack(image, end, turned, steps // 3, int(random.integers(2**31)))
        x, y = end


def facade(width: int = 960, height: int = 640) -> Image.Image:
    """A plastered wall with two windows and three cracks."""
    image = surface(width, height, (176, 170, 160), 7, seed=1)
    draw = ImageDraw.Draw(image)
    for left in (0.12, 0.62):
        box = [width * left, height * 0.2, width * (left + 0.22), height * 0.62]
        draw.rectangle(box, fill=(92, 104, 116), outline=(214, 210, 202), width=9)
        middle = (box[0] + box[2]) / 2
        draw.line([(middle, box[1]), (middle, box[3])], fill=(214, 210, 202), width=7)
    crack(image, (width * 0.34, height * 0.62), 0.9, 60, seed=4)
    crack(image, (width * 0.62, height * 0.2), -2.4, 42, seed=5)
    crack(image, (width * 0.05, height * 0.98), -0.5, 46, seed=6)
    return image.filter(ImageFilter.GaussianBlur(0.6))


def pavement(width: int = 1600, height: int = 1200) -> Image.Image:
    """Asphalt from above: a painted line and cracks."""
    image = surface(width, height, (120, 119, 117), 9, seed=11)
    draw = ImageDraw.Draw(image)
    draw.rectangle([width * 0.47, 0, width * 0.5, height], fill=(206, 205, 198))
    places = np.random.default_rng(12)
    for seed in range(21, 21 + max(2, width * height // 200_000)):
        start = (places.uniform(0, width), places.uniform(0, height))
        crack(image, start, places.uniform(0, 2 * np.pi), 70, seed)
    return image.filter(ImageFilter.GaussianBlur(0.6))


def geotiff(image: Image.Image, left: float, top: float, side: float, epsg: int) -> bytes:
    """A picture as an orthomosaic: north is up, and pixels have that side in metres."""
    from rasterio import Affine
    from rasterio.io import MemoryFile

    pixels = np.moveaxis(np.asarray(image), -1, 0)
    transform = Affine(side, 0, left, 0, -side, top)
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=image.width, height=image.height, count=3, dtype="uint8",
            transform=transform, crs=f"EPSG:{epsg}", photometric="RGB", tiled=True,
            compress="deflate",
        ) as dataset:  # fmt: skip
            dataset.write(pixels)
            dataset.update_tags(IMAGEDESCRIPTION=NOTICE)
        written: bytes = memory.read()
    return written


def chest(side: int = 512) -> NDArray[np.uint16]:
    """A phantom of a chest as an X-ray of 12 bits, brighter where more is in the way."""
    y, x = np.mgrid[0:side, 0:side] / side * 2 - 1

    def ellipse(cx: float, cy: float, a: float, b: float, turn: float = 0.0) -> NDArray[Any]:
        u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
        v = -(x - cx) * np.sin(turn) + (y - cy) * np.cos(turn)
        return np.sqrt(np.clip(1 - (u / a) ** 2 - (v / b) ** 2, 0, None))

    thick = 1500 * ellipse(0, 0.15, 0.95, 1.2)
    for sign in (-1, 1):
        thick -= 1050 * ellipse(sign * 0.42, 0.0, 0.33, 0.68, sign * 0.12)
        for rib in range(9):
            arch = -0.62 + rib * 0.15 + 0.35 * (x * sign - 0.45) ** 2
            inside = ellipse(sign * 0.42, 0, 0.42, 0.75) > 0
            thick += 130 * np.exp(-(((y - arch) / 0.022) ** 2)) * inside
    thick += 450 * ellipse(0.14, 0.3, 0.32, 0.36, 0.5)
    thick += 350 * np.exp(-((x / 0.07) ** 2)) * (y > -1)
    thick += 260 * ellipse(-0.45, 0.28, 0.14, 0.12)
    grain = np.random.default_rng(31).normal(0, 18, (side, side))
    return np.uint16(np.clip(thick + grain + 500, 0, 4095))


def dicom(pixels: NDArray[np.uint16]) -> bytes:
    """An X-ray of nobody as a DICOM file (PS3.3, A.26: Digital X-Ray Image)."""
    from pydicom import Dataset, uid
    from pydicom.dataset import FileMetaDataset

    made = Dataset()
    made.SOPClassUID = uid.DigitalXRayImageStorageForPresentation
    made.SOPInstanceUID = uid.generate_uid(entropy_srcs=[NOTICE])
    made.PatientName, made.PatientID, made.Modality = "Phantom^Drawn", "PHANTOM", "DX"
    made.ImageComments = NOTICE
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.Rows, made.Columns = pixels.shape
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 12, 11, 0
    made.WindowCenter, made.WindowWidth = "1500", "2200"
    made.PixelData = pixels.astype("<u2").tobytes()
    made["PixelData"].VR = "OW"
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    buffer = io.BytesIO()
    made.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
