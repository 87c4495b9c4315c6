"""What the field measures answers by, one file for each task."""
