"""An owner's way from a draft to a decision, over HTTP, with real takes."""

from tests.studies.owner_bench import *  # noqa: F403 (fixtures)


def test_a_study_is_drafted_rendered_heard_opened_and_closed(owner):
    study = owner.draft()
    before = owner.study(study)
    assert before["state"] == "draft"
    assert [c["label"] for c in before["conditions"]] == ["Speaker · Ann", "Speaker · Bob"]
    assert not before["ready"]["ok"]

    rendered = owner.render(study)
    assert rendered["rendering"] == {
        "total": 6, "missing": 0, "working": 0, "done": 6, "failed": 0, "measuring": 0,
        "settled": True,
    }  # fmt: skip
    assert "called good: 6" in rendered["ready"]["reasons"][0]["message"]

    heard = owner.listen(study)
    assert heard["ready"] == {"ok": True, "reasons": [], "warnings": heard["ready"]["warnings"]}

    opened = owner.ask("POST", f"/api/studies/{study}/open")
    assert opened["state"] == "open"
    assert opened["opened_at"]
    assert set(opened["seal"]) == {"version", "plan_sha256", "key_sha256", "sealed_at"}

    closed = owner.ask("POST", f"/api/studies/{study}/close")
    assert (closed["state"], closed["closed_because"]) == ("closed", "owner")
    assert len(closed["seal"]["salt"]) == 32
