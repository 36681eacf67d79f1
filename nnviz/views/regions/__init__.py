"""The view of linear regions."""
