"""How long people play: observation, gaps, the ledger."""
