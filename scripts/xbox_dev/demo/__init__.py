"""The demo: a real Home Assistant beside a simulated Xbox network, and the check of it."""
