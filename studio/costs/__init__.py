"""What speech cost and would cost: the ledger by engine, voice and project; a calculator."""
