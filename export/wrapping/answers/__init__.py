"""What is put behind a third party's network, a file for each task."""

from collections.abc import Mapping

from export.wrapping.answers.answer import Answer
from export.wrapping.answers.classification import Scores
from export.wrapping.answers.saliency import SaliencyMap
from export.wrapping.answers.segmentation import Classes
from export.wrapping.answers.super_resolution import Enlargement

ANSWERS: Mapping[str, type[Answer]] = {
    "classification": Scores,
    "saliency": SaliencyMap,
    "segmentation": Classes,
    "super-resolution": Enlargement,
}
"""By task."""
