"""An X-ray of nobody."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .surface import NOTICE


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
