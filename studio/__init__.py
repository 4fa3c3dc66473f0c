"""Voice Studio: render one text on many speech engines, listen blind, let the ratings decide."""

__version__ = "0.1.0"
