"""Looking into running allocations: their logs, and commands inside them."""
