"""The loss on a plane through the network, and its curvature there."""
