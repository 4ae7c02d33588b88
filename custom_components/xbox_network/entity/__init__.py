"""The base entities, and how entities are added for what appears later."""
