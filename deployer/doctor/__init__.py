"""Is an environment's cluster fit for what its files ask of it? Readings at the edge, judgements pure."""
