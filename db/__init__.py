"""The project: everything that works without a window."""
