"""The words and bounds of credit terms as an editor of products is told them."""

from intendant.domains.lending import credit_terms
from intendant.domains.lending.credit_terms_words import RATE_KINDS, WORDS
from intendant.domains.lending.http.product_views import CreditVocabulary, CreditWord
from intendant.domains.lending.terms import FEES_MAX, RATE_MAX

CREDIT_VOCABULARY = CreditVocabulary(
    rate_kinds=[CreditWord(name=name, label=word.label, help=word.help) for name, word in RATE_KINDS.items()],
    **{
        part: [CreditWord(name=name, label=word.label, help=word.help) for name, word in words.items()]
        for part, words in WORDS.items()
    },
    period_pattern=r"^\d{1,3}[dwmy]$",
    condition_key_pattern="[a-z0-9][a-z0-9_.-]{0,62}",
    rate_max=float(RATE_MAX),
    term_months_max=credit_terms.TERM_MONTHS_MAX,
    allowed_terms_max=credit_terms.ALLOWED_TERMS_MAX,
    bands_max=credit_terms.BANDS_MAX,
    fees_max=FEES_MAX,
    conditions_max=credit_terms.CONDITIONS_MAX,
    tranches_max=credit_terms.TRANCHES_MAX,
    valid_days_max=credit_terms.VALID_DAYS_MAX,
)
