"""smoothdistill's series plugin."""
