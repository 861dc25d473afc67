"""Packs: documented, typed variables and templates that make one Nomad job of an app."""
