"""The Python code of the scripts. It is not part of the integration."""
