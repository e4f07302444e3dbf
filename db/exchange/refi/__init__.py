"""REFI-QDA, the exchange format of programs for qualitative analysis (https://www.qdasoftware.org): projects and codebooks."""
