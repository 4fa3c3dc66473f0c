"""The one exception of this package: a code and its parameters, for a caller to put into words."""

CODES: dict[str, tuple[str, ...]] = {
    # an upload that cannot become a clip
    "empty": (),  # no bytes at all
    "too_large": ("megabytes", "limit_megabytes"),
    "unknown_format": (),  # the first bytes are of no container we take
    "unsupported_codec": (),  # a known container around a codec we do not take
    "unreadable": (),  # damaged: the headers contradict themselves or a packet does not decode
    "truncated": (),  # the file ends before the audio that its header promises
    "no_audio": (),  # nothing to hear: no audio stream, or one of length zero
    "bad_sample_rate": ("sample_rate", "low", "high"),  # Hz
    "too_many_channels": ("channels", "limit"),
    "too_long": ("limit_seconds",),
    "not_finite": (),  # a NaN or an infinity among the samples
    "out_of_range": ("limit",),  # float samples far beyond full scale
    # takes that cannot become the stimuli of a trial
    "no_sound": ("index",),  # a take is silent
    "too_short": ("index", "seconds", "limit_seconds"),
    "cannot_match": ("mismatch_lu", "limit_lu"),  # the takes cannot be brought to one loudness
    "cannot_encode": ("format", "sample_rate"),
}
"""Every code that is raised, with the names of its parameters."""


class AudioError(ValueError):
    """A refusal that names its reason by a code.

    Attributes:
        code: one of `CODES`; stable, the key of the sentence a person reads.
        params: the values that the sentence may need (numbers and short words of ours only,
            never text of a decoder or of the file).
    """

    def __init__(self, code: str, **params: float | str) -> None:
        self.code = code
        self.params = params
        super().__init__(code if not params else f"{code} {params}")

    def __reduce__(self) -> tuple[type, tuple[str], dict[str, object]]:
        """Survive a trip between processes, parameters included."""
        return (type(self), (self.code,), {"params": self.params, "args": self.args})
