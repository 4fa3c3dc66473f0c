"""Engines on the graphics cards that a Hugging Face Space borrows for single calls (ZeroGPU)."""
