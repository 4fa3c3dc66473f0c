"""Imports the library with every socket refused; prints one word when it went well."""

import socket


def refused(*_arguments, **_named):
    raise AssertionError("somebody wants the network")


socket.socket.connect = refused
socket.getaddrinfo = refused

from studio.engines.styletts2.library import import_library  # noqa: E402

tts, _ = import_library()
assert tts.word_tokenize("hɛloʊ ðɛɹ ‖") == ["hɛloʊ", "ðɛɹ", "‖"]
print("quiet")  # noqa: T201
