"""What the services answer, as frozen models."""
