"""For authors of plugins: what makes testing them easier."""
