"""Reference clips: their check-up, consent, enrolments and the presets closest to them."""
