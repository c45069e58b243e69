"""What is said of a formula that cannot be relied on everywhere within the range of its inputs."""

UNRELIABLE = "can lack a value, or have one out of all proportion, within the range of the inputs"
"""Follows the part of it, or the place, of which that is true."""
