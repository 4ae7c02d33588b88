"""The actions (services) of the integration, one module each; `services.py` registers them."""
