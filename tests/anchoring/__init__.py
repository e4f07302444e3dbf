"""Texts that change, with the truth about where every character went."""
