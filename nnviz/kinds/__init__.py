"""What learns and is no network: one folder a kind, with its schema, its rule and its state."""
