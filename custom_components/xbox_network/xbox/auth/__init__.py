"""The sign-in: Live token, user token, XSTS token."""
