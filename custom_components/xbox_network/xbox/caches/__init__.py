"""What is known of titles and products, asked for once."""
