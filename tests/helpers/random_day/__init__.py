"""A random day on a simulated network: people's acts, faults, and recorders."""
