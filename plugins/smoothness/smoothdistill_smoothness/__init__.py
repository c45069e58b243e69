"""smoothdistill's smoothness plugin."""
