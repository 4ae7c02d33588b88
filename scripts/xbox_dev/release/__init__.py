"""What a release needs: files that agree, an archive that loads, pins for another Home Assistant."""
