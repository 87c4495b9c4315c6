"""DICOM files made for tests, of any pixels and elements."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, uid
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence

NAME = "Doe^Jane^Unmistakable"
"""The name of the patient in every file."""


def data_set(pixels: NDArray[Any], **elements: Any) -> Dataset:
    """A data set of gray `[H, W]`, frames `[N, H, W]` or colours `[..., H, W, 3]`."""
    colored = pixels.shape[-1] == 3
    bits = 8 * pixels.itemsize
    made = Dataset()
    made.SOPClassUID = uid.SecondaryCaptureImageStorage
    made.SOPInstanceUID = "1.2.3"
    made.PatientName = NAME
    made.PatientID = "ID-Unmistakable"
    made.SamplesPerPixel = 3 if colored else 1
    made.PhotometricInterpretation = "RGB" if colored else "MONOCHROME2"
    if colored:
        made.PlanarConfiguration = 0
    frames = pixels.ndim == 3 + colored
    if frames:
        made.NumberOfFrames = len(pixels)
    made.Rows, made.Columns = pixels.shape[frames : frames + 2]
    made.BitsAllocated = made.BitsStored = bits
    made.HighBit = bits - 1
    made.PixelRepresentation = int(pixels.dtype.kind == "i")
    made.PixelData = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    made["PixelData"].VR = "OB" if bits == 8 else "OW"
    if len(made.PixelData) % 2:
        made.PixelData += b"\0"
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def saved(made: Dataset, syntax: uid.UID = uid.ExplicitVRLittleEndian) -> bytes:
    """A data set as a file; the transfer syntax is that of its pixels already."""
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.file_meta.MediaStorageSOPClassUID = made.get("SOPClassUID", "1.2")
    made.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    buffer = io.BytesIO()
    made.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def dicom(
    pixels: NDArray[Any], syntax: uid.UID = uid.ExplicitVRLittleEndian, **elements: Any
) -> bytes:
    """A file of pixels, compressed if the transfer syntax says so."""
    made = data_set(pixels, **elements)
    if syntax.is_compressed and syntax != uid.DeflatedExplicitVRLittleEndian:
        made.file_meta = FileMetaDataset()
        made.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        made.compress(syntax, generate_instance_uid=False)
    elif syntax == uid.ExplicitVRBigEndian:
        made.PixelData = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    return saved(made, syntax)


def table(entries: list[int], first: int = 0, bits: int = 16) -> Sequence:
    """A sequence of one lookup table."""
    item = Dataset()
    item.add_new("LUTDescriptor", "SS", [len(entries), first, bits])
    item.add_new("LUTData", "OW", np.array(entries, "<u2").tobytes())
    return Sequence([item])


def bundled(name: str) -> bytes:
    """A file that comes with pydicom; nothing is downloaded."""
    found = get_testdata_file(name, download=False)
    assert found is not None, name
    return Path(str(found)).read_bytes()
