"""What is put around a network so that its graph takes pictures and gives what a task promises."""
