"""Tests of `homeassistant.update_entity`: what somebody asks for is asked now."""
