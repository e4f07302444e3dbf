"""What goes to others and comes from them: exporting, taking in, merging, deciding and freezing, over a project."""
