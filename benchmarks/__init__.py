"""Measures Parley beside its peers on one set of data, and writes what came out."""
