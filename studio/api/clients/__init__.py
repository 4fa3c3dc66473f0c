"""The main actions for other people's clients: Gradio's own, and those that speak MCP."""
