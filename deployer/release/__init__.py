"""The release: its record, kept in Nomad Variables."""
