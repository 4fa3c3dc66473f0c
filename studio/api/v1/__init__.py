"""Routes that clients of OpenAI's speech API and of vLLM-Omni's voices know, as they know them."""

from fastapi import APIRouter

PREFIX = "/v1"


def routers() -> list[APIRouter]:
    """All of them."""
    from studio.api.v1 import models, socket, speech, voices

    return [module.router for module in (models, speech, socket, voices)]
