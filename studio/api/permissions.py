"""Who may use which route, where accounts are on. A route that is not listed is shut to all.

Paths are written as the routes have them; ``{language}`` stands for the studio's languages only, so
that no page is taken for a part of the API.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.accounts.pages import PAGE_ROLES
from studio.accounts.principal import Principal, Role
from studio.locales import languages


class Access(StrEnum):
    """Whom a route lets in. Each role includes those before it (`studio.accounts.principal`)."""

    PUBLIC = "public"
    """Everybody: pages of raters, signing in, files of the pages, signs of life, and what asks for
    a secret of its own (``/metrics``)."""
    PERSON = "person"
    """Whoever signed in by a browser: a key cannot make itself more keys."""
    SIGNED_IN = "signed_in"
    RATER = "rater"
    CREATOR = "creator"
    STUDY_OWNER = "study_owner"
    ADMIN = "admin"

    def admits(self, who: Principal) -> bool:
        """Whether somebody who is known is let in."""
        if self in (Access.PUBLIC, Access.SIGNED_IN):
            return True
        if self is Access.PERSON:
            return who.key_id is None
        return who.may(Role(self.value))


_TABLE = {
    Access.PUBLIC: """
        GET      /healthz
        GET      /readyz
        GET      /metrics
        GET      /assets/{path:path}
        GET      /vendor/{path:path}
        GET      /static-offline-docs/{path:path}
        GET      /r/{invite}
        GET      /api/rater/{invite}
        POST     /api/rater/{invite}/begin
        GET POST /api/rater/{invite}/headphones
        GET      /api/rater/{invite}/headphones/{attempt}/{number}
        GET      /api/rater/{invite}/trials
        POST     /api/rater/{invite}/trials/{token}/answer
        GET      /api/rater/clips/{token}
        GET      /login/huggingface
        GET      /login/callback
        POST     /login
        POST     /logout
        POST     /api/login
        POST     /api/logout
        GET      /{language}/login
        GET      /
        GET      /blind
        GET      /leaderboard
        GET      /studies
        GET      /voices
        GET      /engines
        GET      /verify
        GET      /{language}/assets/{path:path}
        GET      /{language}/static/{path:path}
        GET      /{language}/svelte/{path:path}
        GET      /{language}/theme.css
        GET      /{language}/favicon.ico
        GET      /{language}/robots.txt
    """,
    Access.PERSON: """
        POST     /api/account/password
        POST     /api/account/keys
        DELETE   /api/account/sessions
        DELETE   /api/account/huggingface
        DELETE   /api/account
    """,
    Access.SIGNED_IN: """
        GET      /{language}/account
        GET      /api/account
        GET      /api/account/keys
        DELETE   /api/account/keys/{key_id}
        GET      /openapi.json
        GET      /docs
        GET      /docs/oauth2-redirect
    """,
    Access.RATER: """
        POST     /api/trials
        GET      /api/stimuli/{token}
        POST     /api/trials/{token}/vote
        GET      /api/leaderboard
        GET      /{language}/config
        GET      /{language}/gradio_api/info
        GET      /{language}/gradio_api/app_id
        GET      /{language}/gradio_api/startup-events
        GET      /{language}/gradio_api/heartbeat/{session_hash}
        GET      /{language}/gradio_api/theme.css
    """,
    Access.CREATOR: """
        GET      /api/engines
        GET      /api/engines/{name}
        GET      /api/engines/{name}/history
        POST DELETE /api/engines/{name}/warm
        GET      /api/memory
        GET      /api/engines/{name}/acceptance
        GET      /api/models
        GET      /api/models/{name}
        GET      /api/jobs
        GET      /api/jobs/{job}
        GET POST /api/voices
        GET PUT DELETE /api/voices/{voice_id}
        PUT DELETE /api/voices/{voice_id}/sharing
        POST     /api/voices/{voice_id}/doctor
        GET      /api/voices/{voice_id}/clip
        GET      /api/voices/{voice_id}/reference
        GET      /api/voices/{voice_id}/consent
        GET      /api/voices/{voice_id}/enrolments
        POST     /api/voices/{voice_id}/enrolments/{engine}
        GET      /api/voices/{voice_id}/closest/{engine}
        GET      /api/consents/{consent_id}
        POST     /api/checkups
        POST     /api/doctor
        POST     /api/plans
        POST     /api/pronunciation
        POST     /api/pronunciation/sound
        GET PUT DELETE /api/pronunciations
        POST     /api/welcome
        GET      /api/projects
        GET POST /api/comparisons
        GET PATCH DELETE /api/comparisons/{comparison_id}
        GET      /api/comparisons/{comparison_id}/order
        GET      /api/comparisons/{comparison_id}/figures
        GET      /api/comparisons/{comparison_id}/events
        GET      /api/comparisons/{comparison_id}/takes.zip
        GET DELETE /api/takes/{take_id}
        GET      /api/takes/{take_id}/audio
        POST     /api/takes/{take_id}/cancel
        POST     /api/takes/{take_id}/retry
        POST     /api/takes/{take_id}/attempts
        POST     /api/takes/{take_id}/parts/{index}/redo
        PUT      /api/takes/{take_id}/chosen
        GET      /api/takes/{take_id}/stream
        GET      /api/takes/{take_id}/peaks
        GET      /api/takes/{take_id}/pitch
        PATCH    /api/takes/{take_id}/marks
        GET      /api/takes/{take_id}/spectrogram.png
        POST     /api/provenance
        GET      /api/ledger
        GET      /api/ledger/sums
        GET      /api/ledger.csv
        GET PUT DELETE /api/costs
        POST     /api/costs/calculation
        GET      /api/decisions
        GET      /api/library
        GET      /api/library/choices
        PUT      /api/library/{kind}/{thing_id}/tags
        POST     /api/library/bin
        POST     /api/library/restore
        POST     /api/library/purge
        POST     /api/library/empty
        GET POST /api/batches
        POST     /api/batches/preview
        GET      /api/batches/{batch_id}/takes
        GET DELETE /api/batches/{batch_id}
        POST     /api/batches/{batch_id}/pause
        POST     /api/batches/{batch_id}/resume
        POST     /api/batches/{batch_id}/cancel
        GET      /api/batches/{batch_id}/results.csv
        GET      /api/batches/{batch_id}/audio.zip
        GET      /v1/models
        GET      /v1/models/{model:path}
        POST     /v1/audio/speech
        GET POST /v1/audio/voices
        DELETE   /v1/audio/voices/{name}
        WEBSOCKET /v1/audio/speech/stream
        POST     /upload-voice
        POST     /synthesize
        GET      /results/stream
        GET POST PUT DELETE /gradio
        GET POST PUT DELETE /gradio/{path:path}
        POST     /{language}/gradio_api/reset
        POST     /{language}/gradio_api/cancel
        POST     /{language}/gradio_api/queue/join
        GET      /{language}/gradio_api/queue/data
        POST     /{language}/gradio_api/run/predict
        POST     /{language}/gradio_api/api/predict
        POST     /{language}/gradio_api/component_server
    """,
    Access.STUDY_OWNER: """
        GET POST /api/studies
        GET PATCH DELETE /api/studies/{study_id}
        GET      /api/study-scripts
        POST     /api/studies/{study_id}/texts/csv
        POST     /api/studies/{study_id}/planner
        POST     /api/studies/{study_id}/open
        POST     /api/studies/{study_id}/close
        GET      /api/studies/{study_id}/progress
        GET      /api/studies/{study_id}/estimate
        POST     /api/studies/{study_id}/render
        POST     /api/studies/{study_id}/render/cancel
        GET      /api/studies/{study_id}/rendering
        POST     /api/studies/{study_id}/items/{text}/{condition}/retry
        GET      /api/studies/{study_id}/items/{text}/{condition}/audio
        PUT      /api/studies/{study_id}/items/{text}/{condition}
        POST     /api/studies/{study_id}/references
        DELETE   /api/studies/{study_id}/references/{reference_id}
        GET      /api/studies/{study_id}/references/{reference_id}/audio
        GET POST /api/studies/{study_id}/invites
        DELETE   /api/studies/{study_id}/invites/{invite_id}
        GET      /api/studies/{study_id}/invites/{invite_id}/qr.svg
        GET      /api/studies/{study_id}/result
        GET      /api/studies/{study_id}/result/tables/{name}.{kind}
        GET      /api/studies/{study_id}/export/{name}.{kind}
        GET      /api/studies/{study_id}/bundle.zip
        POST     /api/studies/{study_id}/decision
        DELETE   /api/decisions/{decision_id}
    """,
    Access.ADMIN: """
        POST DELETE /api/engines/{name}/acceptance
        DELETE   /api/engines/{name}/memory
        POST DELETE /api/engines/{name}/weights/{set_name}
        POST     /api/engines/{name}/weights/{set_name}/verify
        PUT DELETE /api/engines/{name}/weights/{set_name}/folder
        POST DELETE /api/engines/{name}/environment
        POST DELETE /api/models/{name}/weights/{set_name}
        POST     /api/models/{name}/weights/{set_name}/verify
        PUT DELETE /api/models/{name}/weights/{set_name}/folder
        DELETE   /api/jobs/{job}
        GET POST /api/users
        GET PATCH DELETE /api/users/{user_id}
        POST     /api/users/{user_id}/password
    """,
}
_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")
_SLASH_TOO = re.compile(r"/\{language\}/(?!(?:assets|static|svelte)/)")


@dataclass(frozen=True)
class Rule:
    """Whom one route lets in."""

    method: str
    path: str
    """As the route has it."""
    access: Access

    @property
    def pattern(self) -> str:
        """A regular expression for the paths it is about."""
        return "".join(_parts(self.path)) + ("/?" if _SLASH_TOO.match(self.path) else "")


@functools.cache
def rules() -> tuple[Rule, ...]:
    """All rules, those with the fewest parameters first: they are the more special ones."""
    found = [
        Rule(method, path, access)
        for access, lines in _TABLE.items()
        for *methods, path in map(str.split, lines.strip().splitlines())
        for method in methods
    ]
    found += [
        Rule("GET", f"/{{language}}/{page}", Access(role.value))
        for page, role in PAGE_ROLES.items()
    ]
    return tuple(sorted(found, key=lambda rule: (rule.path.count("{"), rule.path, rule.method)))


def rule_for(method: str, path: str) -> Rule | None:
    """The rule of a request; ``None``: nobody may.

    Args:
        method: of HTTP, HEAD taken as GET; ``WEBSOCKET`` for a socket.
        path: below the root path, decoded.
    """
    table = _tables().get("GET" if method == "HEAD" else method)
    if table is None:
        return None
    pattern, found = table
    match = pattern.fullmatch(path)
    return found[match.lastindex - 1] if match and match.lastindex else None


def allowed_methods(path: str) -> list[str]:
    """Methods that some rule has for a path, for the answer 405."""
    return sorted(name for name in _tables() if rule_for(name, path) is not None)


@functools.cache
def _tables() -> dict[str, tuple[re.Pattern[str], Sequence[Rule]]]:
    """By method, all its rules as one expression; the number of the group is that of the rule."""
    methods = {rule.method for rule in rules()}
    by_method = {name: [rule for rule in rules() if rule.method == name] for name in methods}
    return {
        name: (re.compile("|".join(f"({rule.pattern})" for rule in some), re.DOTALL), some)
        for name, some in by_method.items()
    }


def _parts(path: str) -> Iterator[str]:
    """The path with its parameters as expressions, as Starlette understands them."""
    end = 0
    for found in _PARAMETER.finditer(path):
        yield re.escape(path[end : found.start()])
        end = found.end()
        if found.group(1) == "language":
            yield f"(?:{'|'.join(languages())})"
        else:
            yield ".*" if found.group(2) else "[^/]+"
    yield re.escape(path[end:])
