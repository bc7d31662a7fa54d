"""Names that say that a field holds a protected attribute, so that a model may not look at it. Pure."""

import re

_PROTECTED_WORDS = frozenset(
    [
        "sex",
        "gender",
        "race",
        "ethnicity",
        "ethnic",
        "religion",
        "nationality",
        "citizenship",
        "marital",
        "pregnant",
        "pregnancy",
        "disability",
        "disabled",
        "hispanic",
        "tribe",
        "caste",
        "dob",
        "birthdate",
        "birthday",
    ]
)
"""Words that name a protected attribute wherever they stand in a field's name (Equal Credit Opportunity Act, 15 USC 1691;
Charter of Fundamental Rights of the EU, article 21)."""
_PROTECTED_NAMES = frozenset(
    [
        "age",
        "age_years",
        "age_in_years",
        "applicant_age",
        "customer_age",
        "borrower_age",
        "age_group",
        "date_of_birth",
        "year_of_birth",
        "national_origin",
        "sexual_orientation",
        "personal_status_sex",
        "foreign_worker",
    ]
)


def is_protected_name(name: str) -> bool:
    """Tell whether a field's name says that it holds a protected attribute."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return "_".join(words) in _PROTECTED_NAMES or not _PROTECTED_WORDS.isdisjoint(words)
