"""The recipes that made the shipped weights: seeded, resumable, `python -m export.training`."""
