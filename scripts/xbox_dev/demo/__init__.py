"""The demo: a real Home Assistant with a simulated Xbox network, and the check of both."""
