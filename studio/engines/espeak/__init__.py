"""eSpeak NG: rule-based speech in about a hundred languages."""
