"""Simulated titles: the services about titles, products and minutes played."""
