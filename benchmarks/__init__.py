"""Figures of the studio, measured side by side in one run; docs/benchmarks.md quotes them."""
