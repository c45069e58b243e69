"""smoothdistill's plugin of a small pretrained model of equations."""
