"""Clients that generators make from the OpenAPI document: complete, and run by .ci/clients."""
