"""Lending over HTTP: /api/v1/lending. Routes translate and never decide; the guards come through the server's doors."""

from collections.abc import Sequence

from fastapi import APIRouter

from intendant.domains.lending.http.applications import application_routes
from intendant.domains.lending.http.borrower import borrower_routes
from intendant.domains.lending.http.borrower_links import link_routes
from intendant.domains.lending.http.collections import collection_routes
from intendant.domains.lending.http.ledger import ledger_routes
from intendant.domains.lending.http.letters import letter_routes
from intendant.domains.lending.http.loan_acts import loan_act_routes
from intendant.domains.lending.http.loan_work import loan_work_routes
from intendant.domains.lending.http.loans import loan_routes
from intendant.domains.lending.http.models import model_routes
from intendant.domains.lending.http.offers import offer_routes
from intendant.domains.lending.http.portfolio import portfolio_routes
from intendant.domains.lending.http.products import product_routes
from intendant.domains.lending.http.schedules import schedule_routes
from intendant.domains.lending.http.uploads import upload_routes
from intendant.domains.lending.http.worklist import worklist_routes
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.kernel.registry import Doors

__all__ = ["routes"]


def routes(doors: Doors, kind: LendingApplicationKind) -> Sequence[APIRouter]:
    """Return lending's routers; the list of applications comes before one application, whose path would swallow it."""
    return (
        product_routes(doors, kind),
        schedule_routes(doors),
        worklist_routes(doors, kind),
        application_routes(doors, kind),
        offer_routes(doors, kind),
        upload_routes(doors, kind),
        model_routes(doors, kind),
        ledger_routes(doors),
        collection_routes(doors),
        portfolio_routes(doors),
        loan_routes(doors),
        loan_act_routes(doors, kind),
        loan_work_routes(doors),
        letter_routes(doors, kind),
        link_routes(doors),
        borrower_routes(doors, kind),
    )
