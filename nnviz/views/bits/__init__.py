"""The view of bits that go through a network."""
