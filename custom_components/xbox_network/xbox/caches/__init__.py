"""The caches of titles and products."""
