"""Tests of the repository: README, texts, scripts, imports."""
