"""Tests of the integration beside Home Assistant's own `xbox`, in one simulated world."""
