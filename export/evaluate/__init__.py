"""How good a published model is, measured through the server's own code, one file a protocol."""

from export.evaluate.held_out import HELD_OUT
from export.evaluate.published import evaluate_folder, evaluate_published

__all__ = ["HELD_OUT", "evaluate_folder", "evaluate_published"]
