"""StyleTTS2 through its package: English, cloned from ten seconds, sentence by sentence."""
