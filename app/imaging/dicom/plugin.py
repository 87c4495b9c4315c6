"""A plugin for pydicom that decodes JPEG, JPEG-LS and JPEG 2000 by imagecodecs.

Its libjpeg-turbo, CharLS and OpenJPEG let other threads work meanwhile. Those of pydicom's usual
plugin do not, so that one large frame would hold up the whole service.
"""

from typing import Any

import imagecodecs
from numpy.typing import NDArray
from pydicom import uid
from pydicom.pixels.decoders.base import DecodeRunner, get_decoder

NAME = "imagecodecs"

JPEG = (
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
)
JPEG_LS = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
JPEG_2000 = (uid.JPEG2000Lossless, uid.JPEG2000)

DECODER_DEPENDENCIES = dict.fromkeys((*JPEG, *JPEG_LS, *JPEG_2000), (NAME,))
"""What pydicom wants to know of a plugin."""


def is_available(syntax: str) -> bool:
    """Whether a transfer syntax is decoded here."""
    return syntax in DECODER_DEPENDENCIES


def decode_frame(source: bytes, runner: DecodeRunner) -> bytes:
    """The samples of a frame, pixel by pixel, and what pydicom has to know of them."""
    samples = _decoded(source, runner)
    runner.set_option("planar_configuration", 0)
    runner.set_option("bits_allocated", 8 * samples.itemsize)
    if runner.photometric_interpretation in ("YBR_ICT", "YBR_RCT"):
        runner.set_option("photometric_interpretation", "RGB")  # OpenJPEG has turned them back
    return samples.tobytes()


def _decoded(source: bytes, runner: DecodeRunner) -> NDArray[Any]:
    if runner.transfer_syntax in JPEG_2000:
        return imagecodecs.jpeg2k_decode(source, numthreads=1)
    if runner.transfer_syntax in JPEG_LS:
        return imagecodecs.jpegls_decode(source)
    if runner.samples_per_pixel == 1:
        return imagecodecs.jpeg8_decode(source)
    # Colours as they are in the file: the DICOM header says which they are.
    return imagecodecs.jpeg8_decode(source, colorspace="YCBCR", outcolorspace="YCBCR")


for _syntax in DECODER_DEPENDENCIES:
    get_decoder(_syntax).add_plugin(NAME, (__name__, decode_frame.__name__))
