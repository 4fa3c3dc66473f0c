"""The rater's side of a study: joining, listening, answering, and what comes next."""
