"""The modes of a linear task, and how a network learns them."""
