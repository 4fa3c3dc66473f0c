"""A request's body before it is handed on, for those who must look at it as a whole."""

from starlette.types import Receive


async def whole_body(receive: Receive) -> bytearray | None:
    """All of it; ``None`` where the client went away. `BodyLimit` bounds it."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body
