"""The statements that saving a voice asks for, and the records of who agreed to them."""

import uuid
from datetime import datetime

from studio import locales
from studio.store.tables import Consent, Voice
from studio.voices.rows import SHARING, SPEECH

OWN_VOICE = "voices.consent_statement"
ANOTHERS_VOICE = "voices.consent_statement_other"
SERVICE_VOUCHES = "voices.consent_statement_service"
"""Nobody ticked a box here: a service sent the recording and answers for the speaker's consent."""
CLIENT_VOUCHES = "voices.consent_statement_api"
"""The same, of a client that has a name for the consent."""
SHARING_OWN = "voices.sharing_statement"
SHARING_ANOTHERS = "voices.sharing_statement_other"


def statement(locale: str, speaker: str) -> str:
    """The sentence that a person agrees to.

    Args:
        locale: language in which it is shown.
        speaker: whose voice it is; empty: the person's own.
    """
    if not speaker:
        return locales.text(locale, OWN_VOICE)
    return locales.text(locale, ANOTHERS_VOICE, speaker=speaker)


def agreed(voice: Voice, speaker: str, locale: str, vouched_for: str = "") -> Consent:
    """The record of a consent to a voice that is being saved.

    Args:
        voice: the voice.
        speaker: whose it is; empty: the person's own.
        locale: language in which the statement was shown.
        vouched_for: the user for whom a calling service states that the speaker agreed.
    """
    said = statement(locale, speaker)
    if vouched_for:
        said = locales.text(locale, SERVICE_VOUCHES, user=vouched_for)
    elif voice.upload:
        said = locales.text(locale, CLIENT_VOUCHES, reference=str(voice.upload["consent"]))
    return Consent(
        id=str(uuid.uuid4()),
        voice_id=voice.id,
        owner=voice.owner,
        statement=said,
        locale=locale if locale in locales.languages() else locales.FALLBACK,
        clip_sha256=voice.clip_sha256,
        given_at=voice.created_at,
        speaker=speaker,
        about=SPEECH,
    )


def shared(voice: Voice, speaker: str, locale: str, at: datetime) -> Consent:
    """The record of a consent to everybody with an account using a voice.

    Args:
        voice: the voice.
        speaker: whose it is, as was said when it was saved; empty: its owner's own.
        locale: language in which the statement was shown.
        at: when.
    """
    key = SHARING_ANOTHERS if speaker else SHARING_OWN
    return Consent(
        id=str(uuid.uuid4()),
        voice_id=voice.id,
        owner=voice.owner,
        statement=locales.text(locale, key, speaker=speaker),
        locale=locale if locale in locales.languages() else locales.FALLBACK,
        clip_sha256=voice.clip_sha256,
        given_at=at,
        speaker=speaker,
        about=SHARING,
    )
