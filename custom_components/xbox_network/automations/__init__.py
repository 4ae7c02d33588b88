"""What triggers and conditions share; `trigger.py` and `condition.py` list them."""
