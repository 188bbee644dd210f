"""Volumes of the *Foreign Relations of the United States* (TEI XML), read into dossiers."""
