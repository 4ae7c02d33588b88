"""The check of the demo: Home Assistant's states compared with the simulated network."""
