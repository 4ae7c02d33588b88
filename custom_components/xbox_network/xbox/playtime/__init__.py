"""Play time: observations, gaps, and the ledger of each person."""
