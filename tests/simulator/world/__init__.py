"""The simulated world: people, titles, consoles and the events among them."""
