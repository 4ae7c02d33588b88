"""One request and its answer: time-outs, budgets, back-off."""
