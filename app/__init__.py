"""Parley: an open, cited record of who said what in a negotiation."""

__version__ = "0.1.0"
