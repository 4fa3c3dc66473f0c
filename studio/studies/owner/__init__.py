"""The owner's side of a study: from a draft to an open study and a decision."""
