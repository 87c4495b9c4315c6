"""Models in memory and the work done with them; the only package that imports onnxruntime."""
