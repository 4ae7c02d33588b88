"""The sign-in: `chain` refreshes user and XSTS token, `oauth` the Live token; `manager` is for use without Home Assistant."""
