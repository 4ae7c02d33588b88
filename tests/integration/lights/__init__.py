"""Tests of lights that are borrowed."""
