"""What the scripts of this repository are made of; nothing of it ships with the integration."""
