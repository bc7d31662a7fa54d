"""What lending's routes answer about products and to their editor."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from intendant.domains.lending.credit_terms_wire import CreditTermsPart
from intendant.domains.lending.http.views import Shown
from intendant.domains.lending.model import FieldRole, FieldType


class FormFieldView(Shown):
    """A question of an application form. Bounds are included; `choices` is empty unless the field is a category with a list."""

    name: str
    label: str
    type: FieldType
    role: FieldRole
    required: bool
    minimum: float | None = None
    maximum: float | None = None
    choices: list[str] = Field(default_factory=list)


class PricingView(Shown):
    """What a loan brings when repaid and costs when it defaults, as shares of its amount."""

    gain_share: float
    loss_share: float


class AdjustableView(Shown):
    """A field that an applicant could change, with the bounds and step that counterfactuals try."""

    name: str
    minimum: float
    maximum: float
    step: float


class ProductView(Shown):
    """A version of a product with its application form, who published it (null for applicants) and when (system time)."""

    key: str
    version: int
    name: str
    currency: str
    payout: bool
    pricing: PricingView
    adjustable: list[AdjustableView]
    segment_by: str | None
    credit_terms: CreditTermsPart | None = None
    form: list[FormFieldView]
    author: str | None
    published_at: datetime


class ProductVersionRow(Shown):
    """A version of a product in a list; `published_at` is system time."""

    version: int
    name: str
    currency: str
    field_count: int
    author: str | None
    published_at: datetime


class ProductFinding(Shown):
    """What is wrong with a draft, or worth knowing; `path` is its place, such as `form[2].role`, empty for the whole.

    An error keeps the draft from being published, a warning does not.
    """

    severity: Literal["error", "warning"]
    path: str
    code: str
    message: str
    remedy: str


class ProductCheck(Shown):
    """Whether a draft can be published, and everything found about it."""

    publishable: bool
    findings: list[ProductFinding]


class ProductChange(Shown):
    """A difference; fields are named by their names, so `form.income.minimum` is the minimum of the field income."""

    path: str
    kind: Literal["added", "removed", "changed"]
    old: Any
    new: Any


class ProductDifference(Shown):
    """What differs between two versions of a product."""

    key: str
    old: int
    new: int
    changes: list[ProductChange]


class FieldTypeWord(Shown):
    """A type a field may have, with what else an editor offers for it."""

    type: FieldType
    help: str
    has_bounds: bool
    has_choices: bool


class FieldRoleWord(Shown):
    """A role a field may have. `types` are those it may be of; of a `single` one a form has at most one."""

    role: FieldRole
    help: str
    types: list[FieldType]
    single: bool
    scored: bool


class CreditWord(Shown):
    """A word of credit terms, with its label and what it means."""

    name: str
    label: str
    help: str


class CreditVocabulary(Shown):
    """The words and bounds of credit terms. Rates are percent a year; periods follow `period_pattern`: 15d, 2w, 1m, 1y."""

    rate_kinds: list[CreditWord]
    day_counts: list[CreditWord]
    methods: list[CreditWord]
    formulas: list[CreditWord]
    rounding_modes: list[CreditWord]
    broken_periods: list[CreditWord]
    bases: list[CreditWord]
    fee_times: list[CreditWord]
    components: list[CreditWord]
    excesses: list[CreditWord]
    interest_bases: list[CreditWord]
    period_pattern: str
    condition_key_pattern: str
    rate_max: float
    term_months_max: int
    allowed_terms_max: int
    bands_max: int
    fees_max: int
    conditions_max: int
    tranches_max: int
    valid_days_max: int


class ProductVocabulary(Shown):
    """All that an editor of products needs to know: types and roles of fields, and the bounds of everything."""

    types: list[FieldTypeWord]
    roles: list[FieldRoleWord]
    key_pattern: str
    fields_max: int
    choices_max: int
    name_length_max: int
    number_max: float
    share_max: float
    share_help: str
    protected_help: str
    credit_terms: CreditVocabulary
