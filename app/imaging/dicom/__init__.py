"""DICOM files to pictures: what a radiologist's screen would show of one frame (PS3.3, PS3.5)."""
