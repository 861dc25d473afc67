"""Asks a public app through its real route and judges the answer."""
