"""Offline rules for rendered Nomad job specs: what Nomad 1.11 would refuse, with file and line."""
