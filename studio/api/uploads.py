"""Reading an uploaded form: in memory, bounded while it arrives, never through a temporary file."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import Request
from starlette.requests import ClientDisconnect

from studio.problems import BadInput, TooLarge

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FILE = "file"
_FIELD_MAX_BYTES = 64 * 1024
_MAX_PARTS = 16
_ENVELOPE_BYTES = 256 * 1024
"""What boundaries, part headers and text fields may add to the file."""
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A form that came with one file.

    Attributes:
        data: the file's bytes. Its name is not kept: it plays no part.
        fields: the text fields by name.
    """

    data: bytes
    fields: dict[str, str]


async def read_upload(
    request: Request, max_bytes: int, known: Collection[str] = (), file: str = FILE
) -> Upload:
    """Read a ``multipart/form-data`` body with exactly one file.

    Args:
        request: its body has not been touched.
        max_bytes: size of the file at most.
        known: names of text fields that are kept; others are skipped.
        file: name of the file's field.

    Raises:
        TooLarge: ``too_large``, said as soon as the header or the bytes so far show it.
        BadInput: ``upload_not_a_form``, ``upload_broken``, ``upload_file_missing``,
            ``upload_two_files``, ``upload_field_twice``, ``upload_field_too_long``,
            ``upload_field_not_text``.
    """
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser

    ceiling = max_bytes + _ENVELOPE_BYTES
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > ceiling:
        raise _too_large(int(announced), max_bytes)
    form = _Form(max_bytes, frozenset(known), file)
    received = 0
    try:
        parser = MultipartParser(_boundary(request), form.callbacks())
        async for chunk in request.stream():
            received += len(chunk)
            if received > ceiling:
                raise _too_large(received, max_bytes)
            parser.write(chunk)
    except (FormParserError, ClientDisconnect) as error:
        raise BadInput("upload_broken") from error
    return form.result()


def _boundary(request: Request) -> bytes:
    from python_multipart.multipart import parse_options_header

    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise BadInput("upload_not_a_form")
    return boundary


def _too_large(size: int, limit: int) -> TooLarge:
    return TooLarge(
        "too_large",
        megabytes=round(size / _MEGABYTE, 1),
        limit_megabytes=round(limit / _MEGABYTE, 1),
    )


class _Form:
    """Collects the parts that the parser calls out."""

    def __init__(self, max_bytes: int, known: frozenset[str], file: str) -> None:
        self._max_bytes = max_bytes
        self._field = file
        self._known = known
        self._file: bytearray | None = None
        self._fields: dict[str, str] = {}
        self._parts = 0
        self._ended = False
        self._header = (bytearray(), bytearray())
        self._disposition = ""
        self._name = ""
        self._target: bytearray | None = None

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self._on_part_begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    def result(self) -> Upload:
        """The whole form, once the parser has seen its end."""
        if not self._ended:
            raise BadInput("upload_broken")
        if self._file is None:
            raise BadInput("upload_file_missing", field=self._field)
        return Upload(bytes(self._file), self._fields)

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise BadInput("upload_broken")
        self._header = (bytearray(), bytearray())
        self._disposition = self._name = ""
        self._target = None

    def _on_header_end(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value.decode("latin-1")
        self._header = (bytearray(), bytearray())

    def _on_headers_finished(self) -> None:
        from python_multipart.multipart import parse_options_header

        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or b"name" not in options:
            raise BadInput("upload_broken")
        self._name = options[b"name"].decode("latin-1")
        if b"filename" in options:
            if self._file is not None:
                raise BadInput("upload_two_files")
            if self._name != self._field:
                raise BadInput("upload_file_missing", field=self._field)
            self._file = self._target = bytearray()
        elif self._name == self._field:
            raise BadInput("upload_file_missing", field=self._field)
        elif self._name in self._fields:
            raise BadInput("upload_field_twice", field=self._name)
        elif self._name in self._known:
            self._target = bytearray()

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._target is None:
            return
        self._target += data[start:end]
        if self._target is self._file:
            if len(self._file) > self._max_bytes:
                raise _too_large(len(self._file), self._max_bytes)
        elif len(self._target) > _FIELD_MAX_BYTES:
            raise BadInput(
                "upload_field_too_long", field=self._name, kilobytes=_FIELD_MAX_BYTES // 1024
            )

    def _on_part_end(self) -> None:
        if self._target is None or self._target is self._file:
            return
        try:
            self._fields[self._name] = self._target.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput("upload_field_not_text", field=self._name) from error

    def _on_end(self) -> None:
        self._ended = True


def form_schema(
    properties: dict[str, Any], required: list[str], file: str = FILE
) -> dict[str, Any]:
    """The OpenAPI description of such a form, which FastAPI cannot read off a signature."""
    schema = {
        "type": "object",
        "properties": {file: {"type": "string", "format": "binary"}, **properties},
        "required": [file, *required],
    }
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }
