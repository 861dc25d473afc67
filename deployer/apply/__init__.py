"""Carries a plan out, wave by wave."""
