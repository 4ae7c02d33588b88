"""The base entities of consoles, people and play time, and functions that add entities for them."""
