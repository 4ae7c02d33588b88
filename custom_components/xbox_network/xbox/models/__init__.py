"""The answers of the services, as frozen models."""
