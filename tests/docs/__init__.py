"""What the README and docs/ tell people to type."""
