"""Records as rows and trees."""
