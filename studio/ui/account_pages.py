"""The pages of accounts: ``/{language}/login`` and ``/{language}/account``, and their two forms."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from studio.accounts.cookie import COOKIE, cookie
from studio.accounts.landing import landing
from studio.accounts.principal import NOBODY
from studio.locales import languages, negotiate, text
from studio.problems import Problem
from studio.ui import account_document
from studio.ui.account_document import Try
from studio.ui.header import address_of
from studio.wiring import Studio

_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def mount(app: FastAPI, studio: Studio) -> None:
    """Add the pages to the application, before Gradio's: it has a ``/login`` of its own."""
    pages = _Pages(studio)
    for language in languages():
        for name, page in (("login", pages.login), ("account", pages.account)):
            app.add_route(f"/{language}/{name}", page, methods=["GET"], include_in_schema=False)
    app.add_route("/login", pages.sign_in, methods=["POST"], include_in_schema=False)
    app.add_route("/logout", pages.sign_out, methods=["POST"], include_in_schema=False)


class _Pages:
    """The handlers. Each translates between forms and the service, which decides."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def login(self, request: Request) -> Response:
        """The sign-in page; whoever is signed in goes on."""
        language = _language_of(request)
        to = landing(request.query_params.get("to", ""), language)
        if request.scope.get("principal", NOBODY) is not NOBODY:
            return _to(request, to)
        problem = account_document.problem_sentence(
            language, request.query_params.get("problem", "")
        )
        return await self._login(request, language, to, Try(problem) if problem else None)

    async def account(self, request: Request) -> Response:
        """The account page."""
        language = _language_of(request)
        made = account_document.account(
            address_of(request.scope, language, "account", accounts=True),
            huggingface=self._huggingface,
            problem=account_document.problem_sentence(
                language, request.query_params.get("problem", "")
            ),
        )
        return _page(made, language)

    async def sign_in(self, request: Request) -> Response:
        """The form was sent: go on, or say on the same page what is wrong."""
        form = {
            key: value for key, value in (await request.form()).items() if isinstance(value, str)
        }
        chosen = form.get("lang")
        language = negotiate(request.headers.get("accept-language"), chosen)
        to = landing(form.get("to", ""), language)
        name = form.get("name", "")[:200]
        address = request.client.host if request.client else ""
        try:
            begun = await run_in_threadpool(
                self._studio.accounts.sign_in, name, form.get("password", "")[:1000], address
            )
        except Problem as problem:
            sentence = text(language, f"error.{problem.code}", **problem.params)
            failed = Try(sentence, name)
            return await self._login(request, language, to, failed, _status(problem))
        answer = _to(request, to)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            **cookie(self._studio.settings, begun.token, begun.seconds, secure=secure)
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End this browser's session."""
        token = request.cookies.get(COOKIE)
        if token:
            await run_in_threadpool(self._studio.accounts.sign_out, token)
        language = negotiate(request.headers.get("accept-language"), request.cookies.get("lang"))
        answer = _to(request, f"/{language}/login")
        answer.delete_cookie(COOKIE, path="/")
        return answer

    async def _login(
        self,
        request: Request,
        language: str,
        to: str,
        failed: Try | None,
        more: tuple[int, Mapping[str, str]] = (200, {}),
    ) -> Response:
        nobody_yet = await run_in_threadpool(self._studio.accounts.nobody_yet)
        made = account_document.login(
            address_of(request.scope, language, "login", accounts=True),
            to=to,
            failed=failed,
            huggingface=self._huggingface,
            sign_up=self._studio.settings.auth_sign_up == "huggingface",
            nobody_yet=nobody_yet,
        )
        return _page(made, language, *more)

    @property
    def _huggingface(self) -> bool:
        settings = self._studio.settings
        return bool(settings.oauth_client_id and settings.oauth_client_secret)


def _language_of(request: Request) -> str:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return str(path.split("/")[1])


def _status(problem: Problem) -> tuple[int, Mapping[str, str]]:
    wait = problem.params.get("retry_after")
    return problem.status, {"retry-after": str(int(wait))} if wait is not None else {}


def _page(
    made: str, language: str, status: int = 200, more: Mapping[str, str] | None = None
) -> Response:
    headers = {
        **_HEADERS,
        "content-language": language,
        "content-security-policy": account_document.policy(),
        **(more or {}),
    }
    return HTMLResponse(made, status, headers)


def _to(request: Request, target: str) -> RedirectResponse:
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}{target}", 303, {"cache-control": "no-store"})
