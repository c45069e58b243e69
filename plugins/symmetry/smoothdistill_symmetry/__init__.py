"""A student that finds laws by structure: symmetries of a smooth model first, then least squares on what they leave."""
