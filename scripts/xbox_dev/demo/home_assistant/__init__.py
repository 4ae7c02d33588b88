"""The demo's Home Assistant: its configuration, and a client of its API."""
