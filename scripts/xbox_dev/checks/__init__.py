"""Checks of the integration's files, like those of Home Assistant's hassfest and of the HACS action.

Each check yields its problems, one line of text each.
"""
