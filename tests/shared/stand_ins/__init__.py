"""Components, plugins and runs that several test files put in the place of real ones."""
