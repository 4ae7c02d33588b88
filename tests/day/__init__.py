"""A day in the life of a household's Xbox network: what people do, what goes wrong, what is seen."""
