"""What an engine is (card, request, chunk), and one module per built-in engine."""
