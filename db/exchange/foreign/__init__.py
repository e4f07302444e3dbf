"""Projects of other programs, and tables of passages, read as what the merging of bundles takes. No database of ours here."""
