"""smoothdistill's Operon plugin."""
