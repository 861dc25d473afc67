"""What happened, as values, and the ways to show it."""
