"""The services of the network, one module a host."""
