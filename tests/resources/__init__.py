"""Tests of the nouns and of what they are made of."""
