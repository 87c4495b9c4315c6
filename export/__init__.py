"""The converter: trained weights to self-describing ONNX files; needs the [export] extra."""
