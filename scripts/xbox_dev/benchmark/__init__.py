"""The benchmark: what the integration costs and how fast it is, against the targets."""
