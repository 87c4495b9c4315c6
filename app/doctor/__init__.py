"""`densight doctor`: what the devices of this machine lack, which work, how fast they are."""
