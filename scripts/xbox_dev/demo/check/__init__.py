"""The check of the demo: what Home Assistant shows, against what the network says."""
