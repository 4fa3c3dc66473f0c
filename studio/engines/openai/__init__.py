"""Servers that speak OpenAI's speech API: vLLM-Omni, Kokoro-FastAPI, speaches, OpenAI itself."""
