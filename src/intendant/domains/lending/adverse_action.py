"""The reasons a lender owes to whom it turns down, by stable codes with the words of the law's own form.

Source: Regulation B (12 CFR 1002), appendix C, form C-1, "Principal reason(s) for credit denial". The list is illustrative:
comment 9(b)(2) asks for the specific reason, so what is not on it is said in a sentence of its own under code "other".
"""

import re
from typing import NamedTuple

from intendant.domains.lending.model import FieldRole, FormField

SOURCE = "12 CFR 1002 (Regulation B), appendix C, form C-1"
REASONS_MAX = 4
"""Comment 9(b)(2)-1: more than four reasons are unlikely to help the applicant."""

OTHER = "other"
TEXTS = {
    "application_incomplete": "Credit application incomplete",
    "references_insufficient": "Insufficient number of credit references provided",
    "references_unacceptable": "Unacceptable type of credit references provided",
    "references_unverified": "Unable to verify credit references",
    "employment_temporary": "Temporary or irregular employment",
    "employment_unverified": "Unable to verify employment",
    "employment_length": "Length of employment",
    "income_insufficient": "Income insufficient for amount of credit requested",
    "obligations_excessive": "Excessive obligations in relation to income",
    "income_unverified": "Unable to verify income",
    "residence_length": "Length of residence",
    "residence_temporary": "Temporary residence",
    "residence_unverified": "Unable to verify residence",
    "no_credit_file": "No credit file",
    "credit_experience_limited": "Limited credit experience",
    "performance_with_us": "Poor credit performance with us",
    "delinquent_obligations": "Delinquent past or present credit obligations with others",
    "collection_or_judgment": "Collection action or judgment",
    "garnishment": "Garnishment or attachment",
    "foreclosure": "Foreclosure or repossession",
    "bankruptcy": "Bankruptcy",
    "inquiries": "Number of recent inquiries on credit bureau report",
    "collateral": "Value or type of collateral not sufficient",
}

# The first whose words all stand in the field's name wins, so the narrower stand first.
_WORDS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(words.split()), code)
    for words, code in (
        ("bankruptcy", "bankruptcy"),
        ("bankruptcies", "bankruptcy"),
        ("foreclosure", "foreclosure"),
        ("repossession", "foreclosure"),
        ("garnishment", "garnishment"),
        ("collection", "collection_or_judgment"),
        ("collections", "collection_or_judgment"),
        ("judgment", "collection_or_judgment"),
        ("delinquency", "delinquent_obligations"),
        ("delinquencies", "delinquent_obligations"),
        ("delinquent", "delinquent_obligations"),
        ("late", "delinquent_obligations"),
        ("overdue", "delinquent_obligations"),
        ("arrears", "delinquent_obligations"),
        ("past due", "delinquent_obligations"),
        ("inquiries", "inquiries"),
        ("inquiry", "inquiries"),
        ("debt income", "obligations_excessive"),
        ("debt ratio", "obligations_excessive"),
        ("dti", "obligations_excessive"),
        ("debt", "obligations_excessive"),
        ("installment rate", "obligations_excessive"),
        ("employment", "employment_length"),
        ("employed", "employment_length"),
        ("job years", "employment_length"),
        ("residence", "residence_length"),
        ("collateral", "collateral"),
        ("property", "collateral"),
        ("credit history", "credit_experience_limited"),
        ("account age", "credit_experience_limited"),
        ("income", "income_insufficient"),
        ("salary", "income_insufficient"),
    )
)


class AdverseReason(NamedTuple):
    """One reason as it is owed: code, the form's words or a specific sentence."""

    code: str
    text: str


def reason_for_field(form_field: FormField, value: object) -> AdverseReason:
    """Return the reason owed when a field's value told against the applicant."""
    if value is None:
        return AdverseReason(
            "application_incomplete", f"{TEXTS['application_incomplete']}: {form_field.label} was not given"
        )
    if form_field.role is FieldRole.INCOME:
        return AdverseReason("income_insufficient", TEXTS["income_insufficient"])
    if form_field.role is FieldRole.AMOUNT:
        return AdverseReason(OTHER, "Amount of credit requested is too high for the application as a whole")
    if form_field.role is FieldRole.TERM:
        return AdverseReason(OTHER, "Length of the loan requested")
    if form_field.role is FieldRole.CREDIT_SCORE:
        return AdverseReason(OTHER, "Credit score reported by the credit bureau")
    words = frozenset(re.findall(r"[a-z]+", f"{form_field.name} {form_field.label}".lower()))
    for wanted, code in _WORDS:
        if wanted <= words:
            return AdverseReason(code, TEXTS[code])
    return AdverseReason(OTHER, f"{form_field.label[:1].upper()}{form_field.label[1:]}")


def reason_for_code(code: str, sentence: str) -> AdverseReason:
    """Return the reason that a rule of the policy declares; `sentence` is the rule's own."""
    return AdverseReason(code, TEXTS[code]) if code in TEXTS else AdverseReason(OTHER, sentence)
