"""Consoles: watching them, and having them do something."""
