"""eSpeak NG's bench: nothing to build, installed packages carry all it needs."""
