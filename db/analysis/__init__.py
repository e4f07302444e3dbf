"""Analysis: numbers and tables from a project's records, as pure functions over values."""
