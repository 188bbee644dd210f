"""The OpenAPI document, held to what generators of clients need."""
