"""A random day on a simulated network: what people do, what fails, and what is recorded."""
