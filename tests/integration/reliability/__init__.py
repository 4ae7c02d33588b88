"""Tests of the integration: failures of the network."""
