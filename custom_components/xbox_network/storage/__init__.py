"""The files of an account in Home Assistant's storage: tokens, caches, play time and limits."""
