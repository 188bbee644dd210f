"""Importers: published collections read into dossiers, with nothing added to what they say."""
