"""What every feature stands on: storage, access, requests, language. It knows no feature."""
