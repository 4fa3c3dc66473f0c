"""The runs that break things see what is broken."""
