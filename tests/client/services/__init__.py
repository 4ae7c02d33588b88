"""Tests of the client: the services of the network."""
