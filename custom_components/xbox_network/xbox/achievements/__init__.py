"""Finding what people unlock."""
