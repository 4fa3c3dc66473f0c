"""Imports Gradio without the MCP library: half a second of every start, for a server we do not use.

Gradio loads that library wherever it is installed. Ours is loaded when a client first speaks MCP
(`studio.api.clients.mcp`).
"""

import sys

if "gradio" not in sys.modules and "mcp" not in sys.modules:
    sys.modules["mcp"] = None  # type: ignore[assignment]  # "not to be found", says the manual
    try:
        import gradio  # noqa: F401
    finally:
        del sys.modules["mcp"]
