"""The coordinators: each holds one frozen snapshot and asks the client for the next."""
