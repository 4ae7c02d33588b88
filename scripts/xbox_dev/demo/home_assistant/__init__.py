"""The demo's Home Assistant: what it starts with, and what is asked of it."""
