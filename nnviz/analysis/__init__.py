"""What views show of a snapshot and training does not need: computed when it is looked at."""
