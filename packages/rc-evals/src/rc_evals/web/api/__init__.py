"""The HTTP API, below /api. Its shapes are documented at /api/openapi.json."""
