"""Dossiers: read, completed, written."""
