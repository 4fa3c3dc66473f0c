"""Listening tests: trials served blind, votes counted once, boards drawn from them."""
