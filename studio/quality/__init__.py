"""What recordings and takes are worth: models that listen, run in a bench's process only."""
