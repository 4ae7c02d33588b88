"""The benchmark: cost and speed of the integration, compared with the targets."""
