"""Watches what a register set off until there is a verdict, and says why when it is a bad one."""
