"""What is carried out: a run advances and gives snapshots, and a timeline keeps them."""
