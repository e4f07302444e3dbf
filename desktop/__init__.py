"""The window: it shows a project and asks it to change."""
