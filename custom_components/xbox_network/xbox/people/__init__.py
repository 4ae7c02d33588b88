"""People: presence, profile, friends."""
