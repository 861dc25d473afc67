"""Desired state and observed state → the plan of one release."""
