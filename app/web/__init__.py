"""HTTP, once, for all nouns."""
