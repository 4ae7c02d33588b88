"""Makes the integration importable in tests as Home Assistant imports it."""
