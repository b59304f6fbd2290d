"""What spans several apps and is no app's own."""
