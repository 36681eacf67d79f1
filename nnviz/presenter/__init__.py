"""What turns lessons into lectures: the page, the question, the player, the audience's window."""
