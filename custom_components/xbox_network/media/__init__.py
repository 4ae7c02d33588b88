"""What a media player can start, browse and show."""
