"""The games and apps that a media player starts, their folders, and their pictures."""
