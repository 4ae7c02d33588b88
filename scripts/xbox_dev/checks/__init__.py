"""Checks of the integration's files in the spirit of Home Assistant's hassfest and the HACS action.

Each check yields what is wrong as one line of text.
"""
