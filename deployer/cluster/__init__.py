"""Nomad and Consul as this program sees them: values read, ports, gateways and an in-memory twin."""
