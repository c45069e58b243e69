"""smoothdistill's datasets plugin."""
