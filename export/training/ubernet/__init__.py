"""Training of ubernet: a lesson for each of its heads, and recipes that give them.

`python -m export.training ubernet-TASK` trains each head by itself, semantic boundaries after the
segmentation; then `python -m export.training ubernet` trains all of them and the encoder.
"""
