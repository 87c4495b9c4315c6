"""Bytes to pictures, pictures to what a network takes, and back; knows no network and no HTTP."""
