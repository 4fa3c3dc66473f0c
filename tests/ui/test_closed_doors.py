"""Gradio's routes that the pages do not need are shut."""

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/upload",
        "gradio_api/upload/",
        "upload",
        "gradio_api/upload_progress?upload_id=1",
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_gradio_takes_no_upload(client, language, path):
    answer = client.post(f"/{language}/{path}", files={"files": ("a.wav", b"RIFF", "audio/wav")})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file=/etc/passwd",
        "gradio_api/file//etc/passwd",
        "file=/etc/passwd",
        "gradio_api/proxy=https://example.com/",
        "gradio_api/deep_link?session_hash=a",
        "gradio_api/openapi.json",
        "monitoring",
        "gradio_api/vibe-code",
        "gradio_api/dev/reload",
        "nowhere",
    ],
)
def test_gradio_reads_and_fetches_nothing_for_a_stranger(client, path):
    assert client.get(f"/en/{path}").status_code == 404


@pytest.mark.parametrize("path", ["theme.css", "config", "gradio_api/startup-events"])
def test_what_the_pages_need_stays_open(client, path):
    assert client.get(f"/en/{path}").status_code == 200
