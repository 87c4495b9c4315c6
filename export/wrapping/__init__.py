"""A third party's ONNX file with everything before and after it, made without torch."""
