"""What a study showed, how sure it is, what speaks against it, and its proof for others."""
