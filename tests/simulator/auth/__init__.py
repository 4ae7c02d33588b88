"""The simulated sign-in: accounts, hosts and tokens."""
