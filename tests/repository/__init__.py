"""Tests of the repository: README and pages, texts, scripts, imports."""
