"""The simulated achievements and their service."""
