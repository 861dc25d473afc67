"""The shapes of every block of a Nomad 1.11 job file and of its drivers' ``config``."""
