"""smoothdistill's mlp plugin."""
