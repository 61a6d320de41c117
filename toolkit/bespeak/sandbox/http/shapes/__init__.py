"""The bodies of requests and answers as ``TypedDict``s, one module a room: types for mypy, schemas for OpenAPI."""
