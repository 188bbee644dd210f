"""The store: the only code that runs SQL."""
