"""How written words are said: numerals, units, Latin words in Korean, and what people prefer."""
