"""Tests of what is computed from records."""
