"""Where an engine runs: processes of their own, and the weights they read."""
