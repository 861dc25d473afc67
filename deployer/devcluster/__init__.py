"""A real Nomad and Consul cluster on this machine, for development and tests."""
