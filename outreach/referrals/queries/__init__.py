"""Reading what referring keeps."""
