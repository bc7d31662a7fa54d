"""What a replay is going to do, settled before anything is founded: which rows teach, which are decided, and as what. Pure."""

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intendant.domains.lending.catalogue import dump_product
from intendant.domains.lending.form import CATEGORY_LENGTH_MAX
from intendant.domains.lending.model import NUMBER_MAX, TEXT_LENGTH_MAX, FieldRole, FieldType
from intendant.kernel.gate import dump_policy
from intendant.kit import clock
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    from intendant.domains.lending.replay.draft import Draft
    from intendant.learning.datasets import AppliedTable

CHUNK_ROWS = 2_000
SEED = 7
TRAIN_SHARE_RANGE = (0.05, 0.95)
CLASS_ROWS_MIN = 10
"""Of each outcome in the earlier part: below this there is nothing to learn from."""
TERM_ASSUMED_MONTHS = 12.0
"""When the outcome of a loan whose term is not in the table is taken to be known."""
CENSORED_SHARE_NOTED = 0.2
_DAYS_A_MONTH = 30.4375


class ReplayImpossible(Invalid):
    """The table cannot be replayed."""

    code = "replay_impossible"


@dataclass(frozen=True, slots=True)
class Parts:
    """Row positions, oldest first where time is known: `earlier` trains the model, `later` is decided."""

    earlier: Any
    later: Any


def split_rows(table: "AppliedTable", train_until: float) -> Parts:
    """Order the rows by time and split them; raises ReplayImpossible where either part could not do its work."""
    import numpy as np

    low, high = TRAIN_SHARE_RANGE
    if not low <= train_until <= high:
        raise ReplayImpossible(
            f"{train_until:.0%} is no share to train on.",
            field="--train-until",
            remedy=f"Give {low:.0%} to {high:.0%}.",
        )
    count = len(table)
    if table.times is not None:
        order = np.argsort(table.times, kind="stable")
    else:
        # Without a time the file's order may hide one class at the end, so the rows are shuffled, always in the same way.
        order = np.random.default_rng(SEED).permutation(count)
    split = int(count * train_until)
    if split < 1 or split >= count:
        raise ReplayImpossible(
            f"{count} usable rows cannot be split.", field="file", remedy="Give a table with more rows."
        )
    parts = Parts(order[:split], order[split:])
    outcome = table.outcome[parts.earlier]
    repaid, defaulted = int((outcome == 1).sum()), int((outcome == 0).sum())
    if min(repaid, defaulted) < CLASS_ROWS_MIN:
        raise ReplayImpossible(
            f"The earlier {train_until:.0%} holds {repaid:,} repaid and {defaulted:,} defaulted; at least {CLASS_ROWS_MIN} of"
            " each are needed to learn from.",
            field="outcome",
            remedy="Train on more (--train-until 80%), or give a table with more past applications.",
        )
    return parts


@dataclass(frozen=True)
class Plan:
    """Everything a replay needs to know before it starts."""

    source: Path
    table: "AppliedTable"
    draft: "Draft"
    parts: Parts
    digest: bytes
    costs: Any
    """The cost matrix that profit is counted with."""
    notices: tuple[str, ...] = field(default=())

    @property
    def slug(self) -> str:
        """Name the sandbox organisation."""
        return f"replay-{self.digest.hex()[:12]}"

    @cached_property
    def teaching(self) -> Any:
        """Return positions of the earlier rows whose outcome is known: those that teach."""
        import numpy as np

        return self.parts.earlier[~np.isnan(self.table.outcome[self.parts.earlier])]

    @cached_property
    def inputs(self) -> Any:
        """Return the form's fields of all rows, the very same values for training and for deciding."""
        import pandas as pd

        columns = {}
        for form_field in self.draft.product.form:
            column = self.draft.columns.get(form_field.name)
            if column is not None:
                columns[form_field.name] = _as_input(
                    self.table.features[column],
                    category=form_field.type is FieldType.CATEGORY,
                    money=form_field.role is FieldRole.AMOUNT,
                )
        return pd.DataFrame(columns)

    @cached_property
    def protected(self) -> Any:
        """Return the protected attributes of all rows as text; they go with the application and the model never sees them."""
        import pandas as pd

        return pd.DataFrame(
            {name: _as_text(self.table.protected[column]) for name, column in self.draft.protected.items()}
        )

    def rows(self, positions: Any) -> list[dict[str, object]]:
        """Return the form's inputs of rows; what is missing is left out."""
        rows: list[dict[str, object]] = [{} for _ in range(len(positions))]
        for frame in (self.inputs, self.protected):
            for name in frame.columns:
                column = frame[name].iloc[positions]
                for row, value, lacks in zip(rows, column.tolist(), column.isna().tolist(), strict=True):
                    if not lacks:
                        row[name] = value
        return rows

    def reference(self, position: int) -> str:
        """Name the application of a row: its number in the file is unique, its id may not be."""
        return f"row-{int(self.table.row_numbers[position])}"

    def moment(self, position: int) -> datetime | None:
        """Return when a row's application was decided, in business time; None where the table does not say."""
        if self.table.times is None:
            return None
        moment: datetime = self.table.times[position].item()
        return moment.replace(microsecond=0, tzinfo=UTC)

    def start(self) -> datetime:
        """Return the business time at which the sandbox starts: that of the later part's first row."""
        return self.moment(int(self.parts.later[0])) or clock.system_now()

    def end(self) -> datetime:
        """Return the business time of the last row."""
        return self.moment(int(self.parts.later[-1])) or clock.system_now()

    @cached_property
    def _months(self) -> list[float]:
        """How many months after its decision the outcome of each row is known: its term, or a stated assumption."""
        import numpy as np

        name = next((each.name for each in self.draft.product.form if each.role is FieldRole.TERM), None)
        if name is None:
            return [TERM_ASSUMED_MONTHS] * len(self.table)
        months: list[float] = np.nan_to_num(self.inputs[name].to_numpy(dtype=float), nan=TERM_ASSUMED_MONTHS).tolist()
        return months

    def known_after(self, position: int) -> timedelta:
        """Return how long after its decision the outcome of a row is known."""
        return timedelta(days=_DAYS_A_MONTH * self._months[position])

    def chunks(self) -> list[Any]:
        """Return the later part in order, in chunks that lie within one business day.

        A drafted policy has limits that a whole table fits in, so it cannot tell days apart: its chunks lie within a week.
        """
        import numpy as np

        later = self.parts.later
        if self.table.times is None:
            return np.split(later, np.arange(CHUNK_ROWS, len(later), CHUNK_ROWS))
        days = self.table.times[later].astype("datetime64[D]").astype("int64") // (
            7 if self.draft.policy_is_drafted else 1
        )
        edges = [0, *(np.flatnonzero(days[1:] != days[:-1]) + 1).tolist(), len(later)]
        cuts = [cut for low, high in itertools.pairwise(edges) for cut in range(low, high, CHUNK_ROWS)]
        return np.split(later, cuts[1:])


def make_plan(
    source: Path, table: "AppliedTable", draft: "Draft", parts: Parts, *, source_digest: bytes, costs: Any
) -> Plan:
    """Name the replay after everything that determines it, so that the same call finds what it began."""
    import numpy as np

    named = canonical_json(
        {
            "source": source_digest,
            "product": dump_product(draft.product),
            "columns": draft.columns,
            "protected": draft.protected,
            "policy": dump_policy(draft.policy),
            "costs": [costs.gain, costs.loss],
            "outcome": hashlib.sha256(np.ascontiguousarray(table.outcome).tobytes()).hexdigest(),
            "rows": hashlib.sha256(np.ascontiguousarray(table.row_numbers[np.r_[parts.earlier, parts.later]]).tobytes()).hexdigest(),
            "split": len(parts.earlier),
        }
    )  # fmt: skip
    return Plan(source, table, draft, parts, digest(named), costs, tuple(_notices(table, parts, draft)))


def _notices(table: "AppliedTable", parts: Parts, draft: "Draft") -> list[str]:
    import numpy as np

    notices = []
    outcome = table.outcome[parts.later]
    censored = float(np.isnan(outcome).mean())
    if censored >= CENSORED_SHARE_NOTED:
        notices.append(
            f"{censored:.0%} of the later applications have no final outcome yet. What is measured rests on those that ended,"
            " which are the short ones and the early defaults more than the others."
        )
    known = outcome[~np.isnan(outcome)]
    earlier = table.outcome[parts.earlier]
    before, after = float(1 - np.nanmean(earlier)), float(1 - known.mean()) if len(known) else float("nan")
    if table.times is not None and len(known) and not 0.5 <= (after + 0.005) / (before + 0.005) <= 2:
        notices.append(
            f"The default rate is {before:.1%} in the earlier part and {after:.1%} in the later one: the model has learnt of"
            " another time."
        )
    if any(each.role is FieldRole.TERM for each in draft.product.form):
        notices.append(
            "Outcomes come back in business time when the term of the loan is over, of approved applications alone."
        )
    else:
        notices.append(
            f"The table has no term: outcomes come back {TERM_ASSUMED_MONTHS:.0f} months after the decision, of approved"
            " applications alone."
        )
    return notices


def _as_input(column: Any, *, category: bool, money: bool) -> Any:
    """Bring a column to what the form makes of it, so that training and deciding see the same."""
    import numpy as np
    import pandas as pd

    if category:
        return _cleaned(column.astype("object"), CATEGORY_LENGTH_MAX)
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        numbers = np.where(np.abs(numbers) <= NUMBER_MAX, numbers, np.nan)
    return pd.Series(np.round(numbers, 2) if money else numbers)


def _as_text(column: Any) -> Any:
    return _cleaned(column.map(_plain, na_action="ignore").astype("object"), TEXT_LENGTH_MAX)


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _cleaned(column: Any, length_max: int) -> Any:
    """Strip and crop texts by their few distinct values; blank ones are missing."""
    import pandas as pd

    distinct = [value for value in pd.unique(column) if not pd.isna(value)]
    cleaned = {value: str(value).replace("\x00", "").strip()[:length_max].strip() or None for value in distinct}
    return column.map(cleaned).astype("object").reset_index(drop=True)
