"""Other servers with the same model on the same machine, each in the way its own docs advise."""
