"""Links to studies: where they begin, whether a phone can follow them, as a picture to scan."""

import io
import ipaddress
from urllib.parse import urlsplit

from studio.locales import Note, note


def link(base: str, token: str) -> str:
    """The address of an invitation.

    Args:
        base: where others reach the studio, ``https://studio.example``; a path may follow.
        token: of the invitation.
    """
    return f"{base.rstrip('/')}/r/{token}"


def hint(base: str) -> Note | None:
    """What to do where an address leads others to their own machine; ``None``: it does not."""
    name = (urlsplit(base).hostname or "").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost") or _here(name):
        return note("study.link.loopback", address=base)
    return None


def _here(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def qr_svg(address: str) -> bytes:
    """An address as a QR code (ISO/IEC 18004, error correction M), SVG, black on white."""
    import segno

    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(
        out, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False, nl=False
    )
    return out.getvalue()
