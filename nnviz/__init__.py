"""nnviz: a network that learns in front of you."""
