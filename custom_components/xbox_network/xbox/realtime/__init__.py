"""Push: the real-time activity service."""
