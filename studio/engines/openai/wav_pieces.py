"""Audio in pieces of which each may be a whole WAV file: what lies between the headers."""

from studio.engines.services.wav_stream import wav_form

_SIGN = 12


class WavPieces:
    """Takes the headers off pieces of 16-bit mono WAV; what has none passes as it is.

    Attributes:
        rate: Hz that the headers tell; 0 where none was seen.
    """

    def __init__(self) -> None:
        self.rate = 0

    def samples(self, piece: bytes) -> bytes:
        """The samples of a piece.

        Raises:
            ValueError: another format, or another rate than before.
        """
        if piece[:4] != b"RIFF" or piece[8:_SIGN] != b"WAVE":
            return piece
        form = wav_form(piece)
        if form is None or (form.kind, form.channels) != ("i2", 1):
            raise ValueError("not 16-bit mono")
        if self.rate not in (0, form.rate):
            raise ValueError("another rate")
        self.rate = form.rate
        samples = piece[form.start :]
        return samples[: form.promised] if form.promised else samples
