"""smoothdistill's layer-wise student."""
