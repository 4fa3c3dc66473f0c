"""How figures, units, Latin words and signs are said in a Korean text."""
