"""The project's files: what the user wrote, and one environment made of it."""
