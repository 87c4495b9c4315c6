"""Many pictures from a folder or a list, and the folder that answers them."""
