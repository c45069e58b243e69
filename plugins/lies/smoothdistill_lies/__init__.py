"""smoothdistill's LIES plugin."""
