"""The simulated services about titles, products and minutes played."""
