"""Getting work in and out: each format is one module over Contents."""
