"""The networks of @upscalerjs/esrgan-thick answer what TensorFlow.js answers by them."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from export.sources.packages import ESRGAN_THICK

ANSWERS = json.loads(Path(__file__).with_name("esrgan_thick.json").read_text())
"""By scale, as `esrgan_thick.mjs` has printed it."""


def picture() -> NDArray[np.float32]:
    """The picture of `esrgan_thick.mjs`, float32 `[12, 9, 3]` in 0..1."""
    y, x = np.mgrid[:12, :9]
    levels = np.stack([17 * x + 31 * y, 7 * x * x + 3 * y, 11 * x * y + 40], -1) % 256
    return levels.astype(np.float32) / np.float32(255)


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_esrgan_thick(esrgan_thick: Path, scale: int) -> None:
    file = ESRGAN_THICK[scale].onnx_file(esrgan_thick)
    assert file == esrgan_thick / f"esrgan-thick-x{scale}.onnx"
    onnx.checker.check_model(file, full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    found = session.run(None, {"LR_input": picture().transpose(2, 0, 1)[None]})[0]
    told = ANSWERS[str(scale)]
    values = found.transpose(0, 2, 3, 1).astype(np.float64)
    assert list(values.shape) == told["shape"]
    assert abs(values.mean() - told["mean"]) < 1e-6
    assert abs((values**2).mean() - told["square"]) < 1e-6
    count = len(told["values"])
    places = [i * values.size // count + i % 5 for i in range(count)]
    np.testing.assert_allclose(values.ravel()[places], told["values"], rtol=0, atol=2e-6)
