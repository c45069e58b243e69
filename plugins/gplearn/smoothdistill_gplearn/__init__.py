"""smoothdistill's gplearn plugin."""
