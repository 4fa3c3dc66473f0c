"""Batches: many texts ordered at once, rendered when nobody waits for anything else."""
