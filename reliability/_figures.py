"""Figures as the runs tell them, and what an answer said."""

import httpx


def none(value: int) -> dict:
    """There must be none of it."""
    return {"value": value, "unit": "", "goal": "0", "met": value == 0}


def yes(value: bool) -> dict:
    """It must be so."""
    return {"value": value, "unit": "", "goal": "True", "met": value}


def answered(answer: httpx.Response) -> str:
    """``done``, the code of a refusal that has a sentence, or what is wrong with the answer."""
    if answer.is_success:
        return "done"
    if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
        return "500"
    try:
        error = answer.json()["error"]
        return str(error["code"]) if error["message"] else "no sentence"
    except (ValueError, KeyError, TypeError):
        return "no sentence"
