"""What is done to a graph after torch has written it, a file each."""
