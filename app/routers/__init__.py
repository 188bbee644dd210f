"""The URLs: explicit and typed, a few lines each. Their docstrings are the API's documentation."""
