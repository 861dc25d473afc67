"""Consul's part of a release: intentions, service defaults, and the proof that private is private."""
