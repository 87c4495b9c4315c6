"""The data packs that models learn from and are measured on, one file for each kind of question."""
