"""Takes: plan, render, keep and stream one text across engines."""
