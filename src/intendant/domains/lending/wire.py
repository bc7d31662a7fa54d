"""What goes over the wire: the bodies of lending's routes and the shape of its answers."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from intendant.domains.lending import rules
from intendant.domains.lending.credit_terms_wire import CreditTermsPart
from intendant.domains.lending.model import FIELDS_MAX, NAME_LENGTH_MAX, ApplicationState, FieldRole, FieldType
from intendant.kernel.gate import VerdictKind
from intendant.kit.errors import Invalid
from intendant.kit.money import DECIMAL

BULK_BYTES_MAX = 64 * 1024 * 1024
REASONS_SHOWN_MAX = 20


class BodyInvalid(Invalid):
    """A body that is no JSON object of the expected shape."""

    code = "body_invalid"


def _strict(value: object) -> object:
    if isinstance(value, str) and not DECIMAL.fullmatch(value):
        raise ValueError("write it in plain digits, such as 1234.50")
    return value


Number = Annotated[Decimal, BeforeValidator(_strict)]
"""An amount or a rate as a body may give it: a JSON number, or text in plain digits."""


class Written(BaseModel):
    """A body in which nothing unknown may stand."""

    model_config = ConfigDict(extra="forbid")


class ApplicationBody(Written):
    """An application as it is sent. `inputs` are what the product's form asks for."""

    product: str = Field(min_length=1, max_length=63)
    reference: str | None = Field(default=None, min_length=1, max_length=100)
    inputs: dict[str, Any]


class PreviewBody(Written):
    """An application that is only tried; protected attributes may be left out, since they decide nothing."""

    product: str = Field(min_length=1, max_length=63)
    inputs: dict[str, Any]


class WithdrawalBody(Written):
    """Why an application is withdrawn."""

    reason: str = Field(min_length=1, max_length=2_000)


class OutcomeBody(Written):
    """What became of an application: `repaid` 1 or 0, or `censored` without it. `observed_at` is business time."""

    repaid: float | None = Field(default=None, ge=0, le=1)
    observed_at: datetime | None = None
    matured: bool = True
    censored: bool = False


class OutcomeOfApplication(OutcomeBody):
    """An outcome in a list, with its application."""

    application_id: UUID


class OutcomesBody(Written):
    """Many outcomes at once."""

    outcomes: list[OutcomeOfApplication] = Field(min_length=1, max_length=10_000)


class PromotionBody(Written):
    """Why a model version is to decide."""

    reason: str = Field(min_length=1, max_length=2_000)


class TrainingBody(Written):
    """Which product's model is to be trained; the same seed on the same record gives the same model."""

    product: str = Field(min_length=1, max_length=63)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)


class FormFieldBody(Written):
    """A question of the form. Only a category has `choices`, only a number bounds."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    type: FieldType
    role: FieldRole = FieldRole.FEATURE
    label: str | None = None
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    choices: list[str] = []


class PricingBody(Written):
    """Shares of the amount; what is left out takes its default."""

    gain_share: float = Field(default=0.10, ge=0, le=10)
    loss_share: float = Field(default=0.60, ge=0, le=10)


class AdjustableBody(Written):
    """A field that an applicant could change."""

    name: str
    minimum: float
    maximum: float
    step: float = Field(gt=0)


class ProductBody(Written):
    """A product as it is published. `replaces` is the version it was edited from; without it nothing is compared."""

    key: str = Field(min_length=1, max_length=63, pattern="^[a-z0-9][a-z0-9_.-]{0,62}$")
    name: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    currency: str = Field(pattern="^[A-Z]{3}$")
    form: list[FormFieldBody] = Field(min_length=1, max_length=FIELDS_MAX)
    payout: bool = True
    pricing: PricingBody = PricingBody()
    adjustable: list[AdjustableBody] = []
    segment_by: str | None = None
    credit_terms: CreditTermsPart | None = None
    replaces: int | None = Field(default=None, ge=0)


class DecidedReason(BaseModel):
    """Why the verdict is what it is, in plain words."""

    model_config = ConfigDict(extra="allow")

    kind: VerdictKind
    code: str
    text: str


class DecidedApplication(BaseModel):
    """What an application got for an answer; an applicant is told the first four fields alone."""

    application_id: UUID
    reference: str
    state: ApplicationState
    decision_id: UUID
    action: str
    verdict: VerdictKind
    would: Literal["act", "ask", "refuse"] | None
    confidence: float | None
    probability_of_repayment: float | None
    summary: str
    reasons: list[DecidedReason]
    approval_id: UUID | None
    effects: list[UUID]
    model_version: str | None
    policy_version: int


def read_application(content: bytes) -> tuple[str, object, dict[str, Any]]:
    """Read the body of one application quickly: product, reference, inputs; raises BodyInvalid naming the field."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BodyInvalid(f"The body is no JSON: {error}.", field="body", remedy="Send one JSON object.") from None
    if not isinstance(body, dict):
        raise BodyInvalid("The body is no JSON object.", field="body", remedy="Send product and inputs.")
    product, inputs = body.pop("product", None), body.pop("inputs", None)
    reference = body.pop("reference", None)
    if body:
        name = min(body)[:60]
        raise BodyInvalid(f"'{name}' is not known here.", field=name, remedy="Put what the form asks for into inputs.")
    if not isinstance(product, str) or not 1 <= len(product) <= 63:
        raise BodyInvalid("The application names no product.", field="product", remedy="Give the key of a product.")
    if not isinstance(inputs, dict):
        raise BodyInvalid("The application has no inputs.", field="inputs", remedy="Give them as an object.")
    return product, reference, inputs


def answer(
    record: Mapping[str, Any],
    *,
    before: ApplicationState = ApplicationState.SUBMITTED,
    for_client: bool = False,
) -> bytes:
    """Return the answer to an application, as JSON, from the record of its decision and the state `before` it.

    `for_client` leaves out what an applicant is not shown: score, confidence and the inside of the gate.
    """
    state = rules.state_of_record(record, before).value
    shown: dict[str, Any] = {
        "application_id": record["subject_id"],
        "reference": record["parameters"]["reference"],
        "state": state,
        "decision_id": record["id"],
    }
    if not for_client:
        shown |= {
            "action": record["action"],
            "verdict": record["verdict"],
            "would": record["would"],
            "confidence": record["confidence"],
            "probability_of_repayment": record["values"].get("score"),
            "summary": record["summary"],
            "reasons": record["reasons"][:REASONS_SHOWN_MAX],
            "approval_id": record["approval_id"],
            "effects": record["effects"],
            "model_version": record["model_version"],
            "policy_version": record["policy_version"],
        }
    return orjson.dumps(shown)
