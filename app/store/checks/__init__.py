"""Checks that prove the store whole, each of one sort of thing."""
