"""Commands that have a module of their own, and the store as commands open it."""
