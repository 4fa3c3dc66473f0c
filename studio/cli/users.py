"""``python -m studio users add|list|roles|limits|disable|enable|password``: who may come in."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from studio.cli.words import word
from studio.problems import BadInput
from studio.settings import Settings

_ROLES = ("rater", "creator", "study_owner", "admin")
_NONE = "none"


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("users", help=word("users"), description=word("users_about"))
    actions = parser.add_subparsers(dest="action", required=True)
    made = _action(actions, "users_add", _add)
    made.add_argument("--role", action="append", choices=_ROLES, help=word("users_role"))
    _password_options(made)
    listed = actions.add_parser("list", help=word("users_list"))
    listed.add_argument("--json", action="store_true", help=word("users_json"))
    listed.set_defaults(run=_list)
    _action(actions, "users_roles", _roles).add_argument(
        "roles", nargs="+", choices=_ROLES, metavar="ROLE", help=word("users_role")
    )
    limits = _action(actions, "users_limits", _limits)
    for key, type_ in _LIMITS.items():
        option = f"--{_limit(key).replace('_', '-')}"
        limits.add_argument(
            option, type=type_, metavar="N", default=argparse.SUPPRESS, help=word(key)
        )
    _action(actions, "users_disable", _disable)
    _action(actions, "users_enable", _enable)
    _password_options(_action(actions, "users_password", _password))


def _action(
    actions: Any, key: str, run: Callable[[argparse.Namespace, Settings], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(key.removeprefix("users_"), help=word(key))
    parser.add_argument("name", metavar="NAME", help=word("users_name"))
    parser.set_defaults(run=run)
    return parser


def _password_options(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--password-stdin", action="store_true", help=word("users_stdin"))
    how.add_argument("--generate", action="store_true", help=word("users_generate"))


def _count(text: str) -> int | None:
    return None if text == _NONE else int(text)


def _amount(text: str) -> dict[str, float] | None:
    """``USD=5`` as ``{"USD": 5.0}``."""
    if text == _NONE:
        return None
    currency, _, value = text.partition("=")
    return {currency: float(value)}


_LIMITS: dict[str, Callable[[str], Any]] = {
    "users_takes_per_day": _count,
    "users_characters_per_day": _count,
    "users_voices": _count,
    "users_requests_per_minute": _count,
    "users_spending_cap": _amount,
}


def _limit(key: str) -> str:
    return key.removeprefix("users_")


@contextmanager
def _accounts(settings: Settings) -> Iterator[Any]:
    from studio.accounts.service import AccountService
    from studio.store.database import Database

    database = Database(settings)
    database.start()
    try:
        yield AccountService(settings, database)
    finally:
        database.close()


def _add(options: argparse.Namespace, settings: Settings) -> int:
    from studio.accounts.principal import Role
    from studio.accounts.users import plain_name

    plain_name(options.name)  # before a password is asked for
    password = _asked(options)
    with _accounts(settings) as accounts:
        roles = [Role(name) for name in options.role or ["creator"]]
        user, made = accounts.add(options.name, roles, password)
    print(word("users_added", name=user.name, id=user.id, roles=", ".join(user.roles)))
    _tell(made)
    if settings.auth == "off":
        print(word("users_off"), file=sys.stderr)
    return 0


def _list(options: argparse.Namespace, settings: Settings) -> int:
    with _accounts(settings) as accounts:
        users = accounts.list()
    if options.json:
        print(json.dumps([user.model_dump(mode="json") for user in users], ensure_ascii=False))
        return 0
    for user in users:
        state = word("users_disabled") if user.disabled_at else ""
        print(f"{user.name}\t{', '.join(user.roles)}\t{user.id}\t{state}".rstrip())
    return 0


def _roles(options: argparse.Namespace, settings: Settings) -> int:
    from studio.accounts.principal import Role

    roles = [Role(name) for name in options.roles]
    return _changed(options, settings, roles=roles)


def _limits(options: argparse.Namespace, settings: Settings) -> int:
    from pydantic import ValidationError

    from studio.accounts.limits import Limits

    known = {_limit(key) for key in _LIMITS}
    given = {name: value for name, value in vars(options).items() if name in known}
    try:
        with _accounts(settings) as accounts:
            user = accounts.named(options.name)
            limits = Limits(**{**user.limits, **given})
            accounts.change(user.id, limits=limits)
    except ValidationError as problem:
        raise BadInput("user_limits") from problem
    shown = limits.model_dump(exclude_unset=True)
    print(word("users_limited", name=user.name, limits=json.dumps(shown)))
    return 0


def _disable(options: argparse.Namespace, settings: Settings) -> int:
    return _changed(options, settings, disabled=True)


def _enable(options: argparse.Namespace, settings: Settings) -> int:
    return _changed(options, settings, disabled=False)


def _changed(options: argparse.Namespace, settings: Settings, **change: Any) -> int:
    with _accounts(settings) as accounts:
        user = accounts.change(accounts.named(options.name).id, **change)
    state = word("users_disabled") if user.disabled_at else ""
    print(word("users_changed", name=user.name, roles=", ".join(user.roles), state=state).rstrip())
    return 0


def _password(options: argparse.Namespace, settings: Settings) -> int:
    with _accounts(settings) as accounts:
        user = accounts.named(options.name)
        made = accounts.reset_password(user.id, _asked(options))
    print(word("users_password_set", name=user.name))
    _tell(made)
    return 0


def _asked(options: argparse.Namespace) -> str | None:
    """The password: from the standard input, typed twice, or None: one is to be made up."""
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if options.generate or not sys.stdin.isatty():
        return None
    first = getpass.getpass(word("users_type"))
    if first and getpass.getpass(word("users_again")) != first:
        raise BadInput("passwords_differ")
    return first or None


def _tell(made: str | None) -> None:
    if made is not None:
        print(word("users_made_up", password=made))
