"""HTTP, as the whole service speaks it."""
