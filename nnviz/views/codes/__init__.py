"""The codes of an autoencoder."""
