"""What engines behind a network have in common: one door to HTTP, and audio known by its bytes."""
