"""Searching: words (what matches what), query (what was typed), sql (where to look), index (kept in step), searcher."""
