"""The command line: reads arguments, asks an action, reports, and exits with a code that means something."""
