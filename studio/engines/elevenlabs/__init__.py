"""ElevenLabs through its own Python client."""
