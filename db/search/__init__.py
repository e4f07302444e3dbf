"""Searching: words match, a query is what was typed, conditions and plan say where to look, the index is kept in step."""
