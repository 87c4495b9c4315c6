"""Faster variants of a published model, in 8 bits or half precision, no worse than was allowed."""

from export.optimize.drop import allowed_drop
from export.optimize.variant import CALIBRATION, Precision, Variant, optimize

__all__ = ["CALIBRATION", "Precision", "Variant", "allowed_drop", "optimize"]
