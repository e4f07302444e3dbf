"""Agreement of coders: published values, oracles, and whole projects."""
