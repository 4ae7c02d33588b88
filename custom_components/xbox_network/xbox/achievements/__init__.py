"""The search for the unlocks of people."""
