"""smoothdistill's laws plugin."""
