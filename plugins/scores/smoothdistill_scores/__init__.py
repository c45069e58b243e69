"""smoothdistill's scores plugin."""
