"""What Keras publishes of its ResNets and DenseNets, and its ways of preprocessing, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from export.wrapping.pixels import Color

ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/"
"""Where the weights are."""


class Preprocessing(StrEnum):
    """What is made of levels 0 to 255; the first three as Keras calls them."""

    caffe = "caffe"
    tf = "tf"
    torch = "torch"
    unit = "unit"
    none = "none"


ARITHMETIC: Mapping[Preprocessing, Mapping[str, Any]] = {
    Preprocessing.caffe: {
        "range": 255.0,
        "mean": (103.939, 116.779, 123.68),
        "color": Color.bgr,
    },
    Preprocessing.tf: {"mean": (0.5,), "std": (0.5,)},
    Preprocessing.torch: {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)},
    Preprocessing.unit: {},
    Preprocessing.none: {"range": 255.0},
}
"""The same in the words of a `Wrapping` (`keras.applications.imagenet_utils.preprocess_input`)."""


@dataclass(frozen=True)
class Network:
    """What Keras publishes of a network.

    Attributes:
        file: of its weights, under `ADDRESS`, without the end that all have in common.
        md5: of that file, which tells a download from another file.
        preprocessing: of its pictures.
        side: of its pictures.
        license: of the weights; only the documentation of Keras 2.2 names any
            (docs/templates/applications.md), at the end of what it says of each network.
    """

    file: str
    md5: str
    preprocessing: Preprocessing
    side: int = 224
    license: str = "NOASSERTION"

    @property
    def url(self) -> str:
        """Of the weights."""
        return f"{ADDRESS}{self.file}_weights_tf_dim_ordering_tf_kernels.h5"


CAFFE, TF, TORCH = Preprocessing.caffe, Preprocessing.tf, Preprocessing.torch
INCEPTION = "inception_resnet_v2/inception_resnet_v2"
BSD = "BSD-3-Clause"

NETWORKS: Mapping[str, Network] = {
    "ResNet50": Network("resnet/resnet50", "2cb95161c43110f7111970584f804107", CAFFE, 224, "MIT"),
    "ResNet101": Network("resnet/resnet101", "f1aeb4b969a6efcfb50fad2f0c20cfc5", CAFFE),
    "ResNet152": Network("resnet/resnet152", "100835be76be38e30d865e96f2aaae62", CAFFE),
    "ResNet50V2": Network("resnet/resnet50v2", "3ef43a0b657b3be2300d5770ece849e0", TF),
    "ResNet101V2": Network("resnet/resnet101v2", "6343647c601c52e1368623803854d971", TF),
    "ResNet152V2": Network("resnet/resnet152v2", "a49b44d1979771252814e80f8ec446f9", TF),
    "DenseNet121": Network(
        "densenet/densenet121", "9d60b8095a5708f2dcce2bca79d332c7", TORCH, 224, BSD
    ),
    "DenseNet169": Network(
        "densenet/densenet169", "d699b8f76981ab1b30698df4c175e90b", TORCH, 224, BSD
    ),
    "DenseNet201": Network(
        "densenet/densenet201", "1ceb130c1ea1b78c3bf6114dbdfd8807", TORCH, 224, BSD
    ),
    "InceptionResNetV2": Network(
        INCEPTION, "e693bd0210a403b3192acc6073ad2e96", TF, 299, "Apache-2.0"
    ),
}
"""By their name in `keras.applications`, whose modules name file and MD5 (Keras 3.15)."""
