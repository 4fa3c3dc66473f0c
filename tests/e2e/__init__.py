"""The whole studio, as a person in a browser meets it."""
