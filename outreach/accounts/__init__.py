"""People who sign in, what they may do, and the private links that others come by."""
