"""What an event achieved: who was reached, how long it took, how it was rated."""
