"""The dialog that signs an account in."""
