"""What is asked when a district adopts packs or rules a figure of its own."""
