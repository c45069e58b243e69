"""The datasets that come with smoothdistill, and the user's own files."""
