"""The actions (Home Assistant services) by subject, and their reports; `services.py` lists them."""
