"""The simulated world: who and what there is, and what happens in it."""
