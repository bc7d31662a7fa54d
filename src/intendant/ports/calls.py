"""How an outside call can end other than well: four errors that every connector speaks, whatever its provider says.

The difference that matters is what we know: nothing happened (refused, unavailable), or it may have happened (uncertain).
"""

from intendant.kit.errors import Conflict, Unavailable


class ProviderRefused(Conflict):
    """The provider answered no: nothing happened, and asking again will not help."""

    code = "provider_refused"


class ProviderUnavailable(Unavailable):
    """The provider was not reached or is busy: nothing happened, and asking again later may help."""

    code = "provider_unavailable"


class FateUncertain(Unavailable):
    """The call was sent but its answer never came: it may have happened."""

    code = "fate_uncertain"


class ProviderCannotSay(Unavailable):
    """The provider has no way to tell whether a call with this idempotency key happened."""

    code = "provider_cannot_say"
