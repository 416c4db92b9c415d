"""Acts on visit requests: asking, deciding, following up, telling, and what the clock brings."""
