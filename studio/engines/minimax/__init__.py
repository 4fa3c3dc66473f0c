"""MiniMax Speech through its T2A v2 API."""
