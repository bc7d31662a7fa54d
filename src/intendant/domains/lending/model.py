"""Lending's values: products with their form, applications with their states. Wrong ones cannot be built."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from intendant.domains.lending.credit_terms import CreditTerms
from intendant.domains.lending.protected_names import is_protected_name
from intendant.kit.errors import Conflict, Invalid
from intendant.kit.money import AMOUNT_MAX

FIELDS_MAX = 200
CHOICES_MAX = 10_000
NAME_LENGTH_MAX = 100
TEXT_LENGTH_MAX = 2_000
TERM_MONTHS_MAX = 1_200
NUMBER_MAX = 1e15
SHARE_MAX = 10.0


class ProductInvalid(Invalid):
    """A product that cannot be offered; `field` is the path of what is wrong."""

    code = "product_invalid"


class ProtectedAttributeAsFeature(ProductInvalid):
    """A protected attribute would be looked at by the model."""

    code = "protected_attribute_as_feature"


class MoveNotAllowed(Conflict):
    """The application's state does not allow this move."""

    code = "move_not_allowed"


class FieldType(StrEnum):
    """What a field of the form holds."""

    NUMBER = "number"
    INTEGER = "integer"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    DATE = "date"
    TEXT = "text"


class FieldRole(StrEnum):
    """What a field is for. `protected` is kept apart, for monitoring alone; `information` is shown and never scored."""

    FEATURE = "feature"
    PROTECTED = "protected"
    INFORMATION = "information"
    AMOUNT = "amount"
    TERM = "term"
    PURPOSE = "purpose"
    CREDIT_SCORE = "credit_score"
    INCOME = "income"
    DESTINATION = "destination"
    """Where an approved loan is paid to."""


NOT_SCORED = frozenset({FieldRole.PROTECTED, FieldRole.INFORMATION, FieldRole.DESTINATION})
SINGLE_ROLES = frozenset(FieldRole) - {FieldRole.FEATURE, FieldRole.PROTECTED, FieldRole.INFORMATION}
NUMERIC = frozenset({FieldType.NUMBER, FieldType.INTEGER})
TYPES_OF_ROLE: dict[FieldRole, frozenset[FieldType]] = {
    FieldRole.FEATURE: frozenset({FieldType.NUMBER, FieldType.INTEGER, FieldType.CATEGORY, FieldType.BOOLEAN}),
    FieldRole.AMOUNT: NUMERIC,
    FieldRole.TERM: NUMERIC,
    FieldRole.PURPOSE: frozenset({FieldType.CATEGORY}),
    FieldRole.CREDIT_SCORE: NUMERIC,
    FieldRole.INCOME: NUMERIC,
    FieldRole.DESTINATION: frozenset({FieldType.TEXT}),
}
"""Roles that only some types may have."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of an application form. `minimum` and `maximum` are included; `choices` are all a category may be."""

    name: str
    type: FieldType
    role: FieldRole = FieldRole.FEATURE
    label: str = ""
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or self.name.replace("_", " "))
        if not self.name.strip() or len(self.name) > NAME_LENGTH_MAX or not self.name.isprintable():
            raise ProductInvalid(
                f"{self.name[:40]!r} is no field name.",
                field="form",
                remedy=f"Use 1 to {NAME_LENGTH_MAX} printable characters.",
            )
        if self.role not in NOT_SCORED and is_protected_name(self.name):
            raise ProtectedAttributeAsFeature(
                f"The field '{self.name}' is a protected attribute and may not be a {self.role.value}.",
                field=f"form.{self.name}.role",
                remedy="Give it the role 'protected': it is then kept for fairness monitoring and never scored.",
            )
        allowed = TYPES_OF_ROLE.get(self.role)
        if allowed is not None and self.type not in allowed:
            raise ProductInvalid(
                f"A field with role '{self.role.value}' cannot be of type '{self.type.value}'.",
                field=f"form.{self.name}.type",
                remedy=f"Use {', '.join(sorted(each.value for each in allowed))}, or another role.",
            )
        self._check_bounds()

    def _check_bounds(self) -> None:
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.type not in NUMERIC:
            raise ProductInvalid(
                f"A {self.type.value} has no minimum or maximum.",
                field=f"form.{self.name}",
                remedy="Leave the bounds out.",
            )
        if any(not -NUMBER_MAX <= bound <= NUMBER_MAX for bound in bounds) or bounds != sorted(bounds):
            raise ProductInvalid(
                f"The bounds of '{self.name}' are not sound.",
                field=f"form.{self.name}.minimum",
                remedy="Give finite numbers, the minimum not above the maximum.",
            )
        if (self.choices and self.type is not FieldType.CATEGORY) or len(self.choices) > CHOICES_MAX:
            raise ProductInvalid(
                f"The choices of '{self.name}' are not sound.",
                field=f"form.{self.name}.choices",
                remedy=f"Only a category has choices, at most {CHOICES_MAX}.",
            )

    @property
    def is_scored(self) -> bool:
        """Tell whether the model may look at it."""
        return self.role not in NOT_SCORED


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a loan brings and costs, as shares of its amount: the cost matrix of approving."""

    gain_share: float = 0.10
    """Interest and fees kept when it is repaid."""
    loss_share: float = 0.60
    """Lost when it defaults (loss given default)."""

    def __post_init__(self) -> None:
        for name in ("gain_share", "loss_share"):
            if not 0.0 <= getattr(self, name) <= SHARE_MAX:
                raise ProductInvalid(
                    f"{name} is outside 0 to 10.", field=f"pricing.{name}", remedy="Give a share of the amount."
                )


@dataclass(frozen=True, slots=True)
class Adjustable:
    """A field that an applicant could change, for counterfactuals: the bounds and the step to try."""

    name: str
    minimum: float
    maximum: float
    step: float

    def __post_init__(self) -> None:
        if not (0 < self.step <= NUMBER_MAX and -NUMBER_MAX <= self.minimum <= self.maximum <= NUMBER_MAX):
            raise ProductInvalid(
                f"The bounds of the adjustable '{self.name}' are not sound.",
                field="adjustable",
                remedy="Give minimum, maximum and a positive step.",
            )


KEY_PATTERN = "[a-z0-9][a-z0-9_.-]{0,62}"


@dataclass(frozen=True, slots=True)
class Product:
    """A version of a product: its application form and its pricing."""

    key: str
    version: int
    name: str
    currency: str
    form: tuple[FormField, ...]
    payout: bool = True
    """An approval pays the loan out."""
    pricing: Pricing = field(default_factory=Pricing)
    adjustable: tuple[Adjustable, ...] = ()
    segment_by: str | None = None
    """A category field whose value is the segment; the purpose when None."""
    credit_terms: CreditTerms | None = None
    """On what terms it is lent; without them an approval pays the amount out, and what follows is kept elsewhere."""
    is_offered: bool = field(init=False)
    """An approval leads to an offer, and money moves once that is accepted."""
    pays_at_approval: bool = field(init=False)
    """An approval pays out at once, with no offer between."""

    def __post_init__(self) -> None:
        offered = self.credit_terms is not None and self.credit_terms.offer.required
        object.__setattr__(self, "is_offered", offered)
        object.__setattr__(self, "pays_at_approval", self.payout and not offered)
        for fault in product_faults(
            self.key,
            self.name,
            self.currency,
            self.form,
            self.adjustable,
            payout=self.payout,
            segment_by=self.segment_by,
            offered=offered,
        ):
            raise fault

    def field_of(self, role: FieldRole) -> FormField | None:
        """Return the field with a role of which there is at most one."""
        return next((each for each in self.form if each.role is role), None)

    @property
    def scored_fields(self) -> tuple[FormField, ...]:
        """Return the fields that a model may look at."""
        return tuple(each for each in self.form if each.is_scored)


def product_faults(
    key: str,
    name: str,
    currency: str,
    form: Sequence[FormField],
    adjustable: Sequence[Adjustable],
    *,
    payout: bool,
    segment_by: str | None,
    offered: bool = False,
) -> Iterator[ProductInvalid]:
    """Yield everything that keeps sound parts from being a product; one that is offered has no such fault."""
    if not re.fullmatch(KEY_PATTERN, key):
        yield ProductInvalid(
            f"{key[:40]!r} is no product key.", field="key", remedy="Use lower-case letters, digits, '_', '.', '-'."
        )
    if not name.strip() or len(name) > NAME_LENGTH_MAX:
        yield ProductInvalid("The product has no sound name.", field="name", remedy="Name it in a few words.")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        yield ProductInvalid(
            f"'{currency[:10]}' is no currency.",
            field="currency",
            remedy="Give three letters of ISO 4217, such as USD.",
        )
    if offered and not payout:
        yield ProductInvalid(
            "An offer that is accepted is paid out, and this product pays nothing out.",
            field="credit_terms.offer.required",
            remedy="Set payout to true, or let no offer be required.",
        )
    known = {each.name: each for each in form}
    if not 1 <= len(form) <= FIELDS_MAX or len(known) != len(form):
        yield ProductInvalid(
            "The form has no field, too many, or two of one name.",
            field="form",
            remedy=f"Give 1 to {FIELDS_MAX} fields, each with its own name.",
        )
    for role in sorted(SINGLE_ROLES):
        if sum(each.role is role for each in form) > 1:
            yield ProductInvalid(f"Two fields have the role '{role.value}'.", field="form", remedy="Leave it to one.")
    amount = next((each for each in form if each.role is FieldRole.AMOUNT), None)
    if (amount is None and payout) or (amount is not None and not amount.required):
        yield ProductInvalid(
            "The form asks for no amount, or does not require it.",
            field="form",
            remedy="Add a required number with the role 'amount'; only a product without payout may do without.",
        )
    for each in adjustable:
        target = known.get(each.name)
        if target is None or target.type not in NUMERIC or not target.is_scored:
            yield ProductInvalid(
                f"'{each.name}' cannot be adjusted.",
                field="adjustable",
                remedy="Name a numeric field of the form that the model looks at.",
            )
    segment = None if segment_by is None else known.get(segment_by)
    if segment_by is not None and (
        segment is None or segment.type is not FieldType.CATEGORY or segment.role is FieldRole.PROTECTED
    ):
        yield ProductInvalid(
            f"'{segment_by}' cannot be the segment.",
            field="segment_by",
            remedy="Name a category field of the form that is not protected.",
        )


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    REFERRED = "referred"
    APPROVED = "approved"
    DISBURSED = "disbursed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_S = ApplicationState
_DECIDED = frozenset({_S.UNDER_REVIEW, _S.REFERRED, _S.APPROVED, _S.REJECTED, _S.WITHDRAWN, _S.EXPIRED})
MOVES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN, _S.EXPIRED}),
    _S.SUBMITTED: _DECIDED | {_S.SUBMITTED},
    _S.UNDER_REVIEW: _DECIDED,
    _S.REFERRED: _DECIDED,
    # Back to review only while the payout is still held and is taken back.
    _S.APPROVED: frozenset({_S.DISBURSED, _S.UNDER_REVIEW, _S.WITHDRAWN, _S.EXPIRED}),
    _S.DISBURSED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset(),
}
"""The table of moves. Only `moved` changes a state, and only along it."""

OPEN_STATES = frozenset({_S.SUBMITTED, _S.UNDER_REVIEW, _S.REFERRED})
"""In which an application may be decided."""


def moved(state: ApplicationState, to: ApplicationState) -> ApplicationState:
    """Return `to` where the table allows the move, else raise MoveNotAllowed."""
    if to not in MOVES[state]:
        raise MoveNotAllowed(
            f"An application that is {state.value.replace('_', ' ')} cannot become {to.value.replace('_', ' ')}.",
            field="state",
            remedy="Look at its present state; it may have moved on.",
            data={"state": state.value, "to": to.value},
        )
    return to


@dataclass(slots=True)
class Application:
    """One application as it stands. `version` 0 has not been stored yet; `inputs` never hold a protected attribute.

    `amount` is 0 where the product's form asks for none. Treated as a value; not frozen, because a thousand a second are built and freezing triples that cost.
    """

    id: UUID
    reference: str
    product: Product
    amount: Decimal
    term_months: int | None
    inputs: Mapping[str, Any]
    protected: Mapping[str, Any]
    submitted_at: datetime
    state: ApplicationState = ApplicationState.SUBMITTED
    version: int = 0
    decision_id: UUID | None = None
    currency: str = field(init=False)

    def __post_init__(self) -> None:
        self.currency = self.product.currency
        if not 0 <= self.amount <= AMOUNT_MAX:
            raise Invalid(f"{self.amount} is no loan amount.", field="amount", remedy="Give a positive amount.")
