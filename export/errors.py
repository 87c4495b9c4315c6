"""Everything that an export can not do, as one tree of exceptions.

    ExportError
    ├── UnusableWeights       a file holds no plain state dict, or one of another network
    ├── UnusableGraph         a third party's ONNX file can not be wrapped for its task
    ├── ConversionFailed      no exporter can write the network
    └── VerificationFailed    the file written does not compute what the network computes

`str(error)` is one sentence for the person who asked.
"""


class ExportError(Exception):
    """The root: catching it catches every failure that the exporter foresees."""


class UnusableWeights(ExportError):
    """A file holds no plain state dict, or one of another network."""


class UnusableGraph(ExportError):
    """A third party's ONNX file can not be wrapped for its task."""


class ConversionFailed(ExportError):
    """No exporter can write the network."""


class VerificationFailed(ExportError):
    """The file written does not compute what the network computes."""


def first_line(error: Exception) -> str:
    """What an error of a library says, for a message of one line."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
