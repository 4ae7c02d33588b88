"""The dashboard of the demo, and its cards."""
