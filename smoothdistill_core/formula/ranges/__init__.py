"""What values a formula can take over a box of its inputs: interval arithmetic and poles."""
