"""Other services' contracts, spoken by this studio: their requests become orders of its own."""
