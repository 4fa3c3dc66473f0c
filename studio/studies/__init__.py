"""Listening tests from question to decision: what is compared, who rates, what it showed."""
