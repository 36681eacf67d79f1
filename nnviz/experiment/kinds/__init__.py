"""What learns besides networks: rules, circuits, memories, and several runs at once."""
