"""smoothdistill's trees plugin."""
