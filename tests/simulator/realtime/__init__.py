"""The simulated push service: real-time activity."""
