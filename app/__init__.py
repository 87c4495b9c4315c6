"""The Densight service: it loads self-describing ONNX files and answers for pictures."""

__version__ = "0.1.0"
