"""Fifty people render at once: each orders a text on three engines and waits for all its takes.

Real engines: Kokoro, Piper and eSpeak. Goal: every order is acknowledged, every take comes to a
good end, pages stay quick meanwhile.
"""

import asyncio
import json
import statistics
import time

import httpx

from benchmarks._studio import running_studio
from reliability._figures import none

PEOPLE = 50
_ENGINES = ("espeak", "piper", "kokoro")
_PATIENCE_SECONDS = 900.0


def run(people: int = PEOPLE) -> dict[str, dict]:
    """Let them all order at the same moment."""
    with running_studio(STUDIO_MEASURE="0") as studio:
        for engine in _ENGINES:  # loaded beforehand: how long that takes is measured elsewhere
            studio.render("Ready.", [{"engine": engine}])
        return asyncio.run(_all(studio.address, people))


async def _all(address: str, people: int) -> dict[str, dict]:
    limits = httpx.Limits(max_connections=people * 2 + 10)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        began = time.perf_counter()
        pages: list[float] = []
        looking = asyncio.create_task(_look(client, pages))
        outcomes = await asyncio.gather(*(_person(client, number) for number in range(people)))
        seconds = time.perf_counter() - began
        looking.cancel()
    ordered = sorted(o[0] * 1000 for o in outcomes)
    waited = sorted(o[1] for o in outcomes)
    states = [state for o in outcomes for state in o[2]]
    sound = sum(o[3] for o in outcomes)
    bad = sum(state != "done" for state in states)
    return {
        "takes": {"value": len(states), "unit": f"in {seconds:.0f} s"},
        "seconds of speech made a second": {"value": sound / seconds, "unit": ""},
        "order acknowledged, median": {"value": statistics.median(ordered), "unit": "ms"},
        "order acknowledged, 99 %": {"value": ordered[int(0.99 * len(ordered))], "unit": "ms"},
        "all three takes there, median": {"value": statistics.median(waited), "unit": "s"},
        "all three takes there, slowest": {"value": waited[-1], "unit": "s"},
        "a request beside it, median": {"value": statistics.median(pages), "unit": "ms"},
        "a request beside it, slowest": {"value": max(pages), "unit": "ms"},
        "takes without a good end": none(bad),
    }


async def _person(client: httpx.AsyncClient, number: int) -> tuple[float, float, list[str], float]:
    """Seconds until acknowledged, until all are final; their states; seconds of speech."""
    order = {
        "text": f"Person number {number} waits for three voices to say this one sentence.",
        "language": "en",
        "engines": [{"engine": engine} for engine in _ENGINES],
    }
    began = time.perf_counter()
    answer = await client.post("/api/comparisons", json=order)
    answer.raise_for_status()
    acknowledged = time.perf_counter() - began
    events = f"/api/comparisons/{answer.json()['id']}/events"
    takes = answer.json()["takes"]
    async with client.stream("GET", events, timeout=_PATIENCE_SECONDS) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                takes = json.loads(line[5:])["takes"]
                if all(take["state"] not in ("queued", "running") for take in takes):
                    break
    states = [take["state"] for take in takes]
    return acknowledged, time.perf_counter() - began, states, sum(t["seconds"] or 0 for t in takes)


async def _look(client: httpx.AsyncClient, milliseconds: list[float]) -> None:
    """Somebody else looks at the list of comparisons now and then."""
    while True:
        began = time.perf_counter()
        (await client.get("/api/comparisons")).raise_for_status()
        milliseconds.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.2)
