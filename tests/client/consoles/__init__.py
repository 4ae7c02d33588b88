"""Tests of the client: the consoles observer, console commands and the player of a console."""
