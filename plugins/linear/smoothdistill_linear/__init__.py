"""smoothdistill's linear plugin."""
