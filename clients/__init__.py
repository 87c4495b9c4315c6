"""What is generated for clients from `docs/openapi.json`, and how the Python client is packed."""
