"""The triggers and conditions, and the modules they share; `trigger.py` and `condition.py` list them."""
