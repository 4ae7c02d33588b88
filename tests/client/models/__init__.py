"""Tests of the client: the models of the services' answers, and the console commands."""
