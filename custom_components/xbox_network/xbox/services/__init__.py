"""The services of the Xbox network, one module for each host. Home Assistant's services are in `actions/`."""
