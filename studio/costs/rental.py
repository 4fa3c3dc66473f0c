"""What renting a machine costs an hour: quoted prices, each with its date and who read it where.

They are quoted, not verified: nobody opened an account and paid. All can be replaced on the page.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["cpu", "cuda"]


@dataclass(frozen=True)
class Offer:
    """One machine with one processor or graphics card, by the hour, without commitment.

    Attributes:
        id: its name in cost books.
        vendor, machine: as the vendor calls itself and the machine.
        kind: what engines run on there.
        memory_gb: of the graphics card; of the machine where it has none.
        hourly: price of an hour.
        as_of: ISO 8601 date, or month, on which the price was read; empty: the page has no date.
        source: the vendor's own page.
        quoted_by: who read it there; empty: the page itself.
    """

    id: str
    vendor: str
    machine: str
    kind: Kind
    memory_gb: int
    hourly: float
    as_of: str
    source: str
    quoted_by: str
    currency: str = "USD"


_SPACES = "https://huggingface.co/docs/hub/spaces-gpus"
_SPACES_READ = "https://huggingface.co/spaces/RobinsAIWorld/ml-sharp"
_RUNPOD = "https://www.runpod.io/pricing"
_RECEIPTS = "https://github.com/datareceipts/data-receipts"
_EVANGELIST = "https://github.com/api-evangelist"

OFFERS = (
    Offer("hf-cpu", "Hugging Face Spaces", "CPU Upgrade, 8 vCPU", "cpu", 32,
          0.03, "", _SPACES, ""),
    Offer("hf-t4", "Hugging Face Spaces", "T4 small", "cuda", 16,
          0.40, "2024-12", _SPACES, _SPACES_READ),
    Offer("hf-l4", "Hugging Face Spaces", "L4", "cuda", 24,
          0.80, "2024-12", _SPACES, _SPACES_READ),
    Offer("hf-a10g", "Hugging Face Spaces", "A10G small", "cuda", 24,
          1.00, "2024-12", _SPACES, _SPACES_READ),
    Offer("hf-l40s", "Hugging Face Spaces", "L40S", "cuda", 48,
          1.80, "2024-12", _SPACES, _SPACES_READ),
    Offer("openrelay-4090", "OpenRelay", "RTX 4090", "cuda", 24,
          0.29, "2026-09-20", "https://openrelay.inc/pricing", f"{_EVANGELIST}/openrelay"),
    Offer("runpod-a100", "RunPod Secure Cloud", "A100 SXM", "cuda", 80,
          1.79, "2026-11-09", _RUNPOD, _RECEIPTS),
    Offer("azure-a100", "Azure, eastus", "NC24ads A100 v4", "cuda", 80,
          3.673, "2026-11-09", "https://azure.microsoft.com/pricing", _RECEIPTS),
    Offer("runpod-h100", "RunPod Secure Cloud", "H100 SXM", "cuda", 80,
          3.99, "2026-11-09", _RUNPOD, _RECEIPTS),
    Offer("lambda-h100", "Lambda", "1× H100 SXM", "cuda", 80,
          4.29, "2026-09-25", "https://lambda.ai/pricing", "https://github.com/tgarg01/silybench-data"),
    Offer("runpod-h200", "RunPod", "H200", "cuda", 141,
          4.59, "2026-10-07", _RUNPOD, f"{_EVANGELIST}/runpod"),
)  # fmt: skip
"""By kind and memory. Where only a month is known, the price was called valid then."""

STORAGE_PRICE = 0.10
"""USD for a GB a month: container disk of RunPod, as read on :data:`STORAGE_AS_OF`."""
STORAGE_AS_OF = "2026-10-19"
STORAGE_SOURCE = "https://docs.runpod.io/serverless/pricing"


def offer(name: str) -> Offer | None:
    """An offer by its id."""
    return next((one for one in OFFERS if one.id == name), None)
