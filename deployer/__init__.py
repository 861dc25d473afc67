"""nomadeploy: packs, plans and deploys applications to Nomad and Consul as one release."""

__version__ = "0.1.0"
