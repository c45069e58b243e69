"""smoothdistill's PySR plugin."""
