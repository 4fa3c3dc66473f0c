"""The ledger over HTTP: what paid services charged."""

from typing import Annotated

from fastapi import APIRouter, Query

from studio.api.dependencies import Owner, StudioDep
from studio.takes.ledger import LedgerView

router = APIRouter(tags=["takes"])


@router.get("/api/ledger")
def read_ledger(
    studio: StudioDep, owner: Owner, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> LedgerView:
    """Charges, the newest first, and the sums of all by engine and currency."""
    return studio.ledger.view(owner, limit)
