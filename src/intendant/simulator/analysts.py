"""The simulated lender's analysts: they bring data to the hub, have models trained and forecasts made, ask and are told what came.

All of it through the product's own HTTP API, one thing after another, beside the driver and after everything has started. What is
there already is asked of the product and told apart by name; what is sent carries keys, so that a restart does nothing twice.
"""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import structlog

from intendant.kit.clock import BusinessClock
from intendant.simulator import wishes
from intendant.simulator.door import DemoGoneError, check_is_there
from intendant.simulator.figures import FIGURES, PAST, Figure, moments, value_of
from intendant.simulator.lender import past_reference
from intendant.simulator.past import PAST_LOANS
from intendant.simulator.scored import Scored, case_of, cases_of

STEP_SECONDS = 2.0
TIMEOUT_SECONDS = 60.0
RETRY_SECONDS = 2.0
HUB = "/api/v1/ai-analytics"
PAGE_SIZE = 200
PAGES_MAX = 12
POINTS_AT_ONCE_MAX = 5_000
RENEWED_EVERY_DAYS = 90
"""Business days after which queries are read again and forecasts made again."""
LOOKED_BACK = timedelta(days=30)
"""So long it may take until an outcome is told."""
SETTLED_AFTER = timedelta(days=20)
GROUPS_PER_DAY_MAX = 10
SITE_OUTAGE_HOURS = 13 * 24

log = structlog.get_logger(__name__)


class NotYetError(Exception):
    """What comes next has to wait for something."""


@dataclass
class Analysts:
    """They work for one lender whose demo began at `began`; `_done` counts what of the wishes is there."""

    seed: int
    clock: BusinessClock
    began: datetime
    models: Sequence[wishes.Training] = wishes.MODELS
    _done: int = 0
    _sent_until: dict[str, datetime] = field(default_factory=dict)
    _asked_on: date | None = None
    _renewed_on: date | None = None

    def run(self, base_url: str, api_key: str, ended: threading.Event, verify: "ssl.SSLContext | bool" = True) -> None:
        """Work until `ended` is set or the demo is gone. A server that is away is waited for."""
        headers = {"Authorization": f"Bearer {api_key}"}
        with httpx.Client(
            base_url=base_url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False, verify=verify
        ) as client:
            while not ended.wait(STEP_SECONDS):
                try:
                    self.step(client)
                except httpx.TransportError as error:
                    log.info("the server is away", cause=type(error).__name__)
                    ended.wait(RETRY_SECONDS)
                except DemoGoneError:
                    return

    def step(self, client: httpx.Client) -> None:
        """Send the figures of the hour, do what is wished for next, and once a day ask the models and tell what came."""
        now = self.clock.now()
        self._measure(client, now)
        todo: Sequence[Callable[[httpx.Client], None]] = self._todo()
        if self._done < len(todo):
            try:
                todo[self._done](client)
            except NotYetError:
                pass
            else:
                self._done += 1
        elif self._renewed_on is None or now.date() - self._renewed_on >= timedelta(days=RENEWED_EVERY_DAYS):
            self._renew(client, now)
        if self._asked_on != now.date():
            for scored in wishes.SCORED:
                self._ask(client, scored, now)
            self._settle(client, now)
            self._asked_on = now.date()

    @property
    def is_furnished(self) -> bool:
        """Say whether all that is wished for is there."""
        return self._done >= len(self._todo())

    def _todo(self) -> list[Callable[[httpx.Client], None]]:
        return [
            *(partial(self._upload, wish) for wish in wishes.uploads(self.seed)),
            *(partial(self._train, wish) for wish in self.models),
            self._look_back,
            self._await_loans,
            *(partial(self._query, wish) for wish in wishes.QUERIES),
            *(partial(self._forecast, wish) for wish in wishes.FORECASTS),
        ]

    def _measure(self, client: httpx.Client, now: datetime) -> None:
        """Send what was measured since the last time; at first, the figures with their past."""
        if not self._sent_until:
            known = {row["name"]: row["last_at"] for row in _list(client, f"{HUB}/metrics")}
            for figure in FIGURES:
                if figure.name not in known:
                    _post(client, f"{HUB}/metrics", wishes.metric(figure), key=f"demo-metric-{figure.name}")
                last = known.get(figure.name)
                self._sent_until[figure.name] = self.began - PAST if last is None else datetime.fromisoformat(last)
        for figure in FIGURES:
            self._send(client, figure, now)

    def _send(self, client: httpx.Client, figure: Figure, now: datetime) -> None:
        due = list(moments(self._sent_until[figure.name], now))[:POINTS_AT_ONCE_MAX]
        if due:
            points = [{"at": at.isoformat(), "value": value_of(self.seed, figure, at, self.began)} for at in due]
            # A point that is sent twice is the same point.
            _post(client, f"{HUB}/metrics/{figure.name}/points", {"points": points})
            self._sent_until[figure.name] = due[-1]

    def _upload(self, wish: wishes.Upload, client: httpx.Client) -> None:
        if _find(client, f"{HUB}/datasets", "name", wish.name) is None:
            answer = client.post(
                f"{HUB}/datasets",
                params={"name": wish.name, "description": wish.description, "file_name": wish.file_name},
                content=wish.content(),
                headers={"Content-Type": "text/csv", "Idempotency-Key": f"demo-upload-{wish.name}"},
            )
            _checked(answer, "a dataset was refused")

    def _train(self, wish: wishes.Training, client: httpx.Client) -> None:
        """Have a version trained and let it answer; a model is made for the first, and changed for a later one."""
        model = _find(client, f"{HUB}/models", "model_name", wish.model_name)
        if model is None:
            dataset = _find(client, f"{HUB}/datasets", "name", wish.dataset)
            if dataset is None:
                return
            model = _post(
                client, f"{HUB}/models", wish.body(dataset["dataset_id"]), key=f"demo-model-{wish.model_name}"
            )
            if model is None:
                return
        model = _get(client, f"{HUB}/models/{model['id']}")
        made = max((version["number"] for version in model["versions"]), default=0)
        if made >= wish.version:
            self._deploy(client, wish, model)
            return
        task = model["training"]
        if task is not None and task["state"] in ("queued", "running"):
            raise NotYetError
        key = f"demo-training-{wish.model_name}-{wish.version}"
        if task is not None and task["state"] == "failed":
            # It says why; a person may put it right.
            return
        if wish.version > 1 and model["algorithm"] != wish.algorithm:
            body = wish.body(model["training_data_source"]["dataset_id"]) | {"revision": model["revision"]}
            _checked(client.put(f"{HUB}/models/{model['id']}", json=body), "a model was not changed")
        _post(client, f"{HUB}/models/{model['id']}/train", {"why": wish.why}, key=key)
        raise NotYetError

    def _deploy(self, client: httpx.Client, wish: wishes.Training, model: Mapping[str, Any]) -> None:
        place = f"{HUB}/models/{model['id']}"
        before = _list(client, f"{place}/deployments")
        if any(each["version"] == wish.version and each["alias"] == wish.alias for each in before):
            # Whatever stands there now, somebody wanted it so.
            return
        body: dict[str, Any] = {"version": wish.version, "alias": wish.alias, "reason": wish.reason}
        if wish.share is not None:
            body["share"] = wish.share
        _post(client, f"{place}/deploy", body)

    def _look_back(self, client: httpx.Client) -> None:
        """Look for what was odd before anybody watched."""
        for figure in FIGURES:
            params: dict[str, str | int] = {
                "data_source": f"stream:{figure.name}", "time_range_hours": SITE_OUTAGE_HOURS,
            }  # fmt: skip
            headers = {"Idempotency-Key": f"demo-detect-{figure.name}"}
            _checked(client.post(f"{HUB}/anomalies/detect", params=params, headers=headers), "nothing was looked for")

    def _await_loans(self, client: httpx.Client) -> None:
        """Wait for the past loans, of which the queries tell."""
        answer = client.get("/api/v1/lending/loans", params={"q": past_reference(PAST_LOANS), "limit": 1})
        check_is_there(answer)
        if answer.status_code != 200 or not answer.json()["items"]:
            raise NotYetError

    def _query(self, wish: wishes.Query, client: httpx.Client) -> None:
        if _find(client, f"{HUB}/datasets", "name", wish.name) is None:
            _post(client, f"{HUB}/datasets/{wish.route}", wish.body, key=f"demo-query-{wish.name}")

    def _forecast(self, wish: wishes.Forecast, client: httpx.Client) -> None:
        if _find(client, f"{HUB}/predictive", "name", wish.name) is None:
            dataset = None if wish.dataset is None else _find(client, f"{HUB}/datasets", "name", wish.dataset)
            if wish.dataset is None or dataset is not None:
                body = wish.body(None if dataset is None else dataset["dataset_id"])
                _post(client, f"{HUB}/predictive", body, key=f"demo-forecast-{wish.name}")

    def _renew(self, client: httpx.Client, now: datetime) -> None:
        """Read queries again and forecast again; not at first, as they have just been made."""
        if self._renewed_on is not None:
            for wish in wishes.QUERIES:
                dataset = _find(client, f"{HUB}/datasets", "name", wish.name)
                if dataset is not None:
                    _post(client, f"{HUB}/datasets/{dataset['id']}/refresh", None)
            for each in wishes.FORECASTS:
                forecast = _find(client, f"{HUB}/predictive", "name", each.name)
                if forecast is not None and forecast["state"] != "running":
                    _post(client, f"{HUB}/predictive/{forecast['id']}/rerun", None)
        self._renewed_on = now.date()

    def _ask(self, client: httpx.Client, scored: Scored, now: datetime) -> None:
        """Have the day's cases predicted, once, and tell what became of earlier ones."""
        model = _find(client, f"{HUB}/models", "model_name", scored.model_name)
        if model is None or model["champion"] is None:
            return
        cases = cases_of(self.seed, scored, now.date(), self.began.date())
        body = {
            "model_name": scored.model_name,
            "input_data": [dict(case.features) for case in cases],
            "business_entity_type": scored.entity_type,
            "business_entity_id": [case.reference for case in cases],
            "prediction_context": {"business_day": now.date().isoformat()},
        }
        _post(client, f"{HUB}/predict", body, key=f"demo-predict-{scored.entity_type}-{now.date()}")
        self._tell(client, scored, model["id"], now)

    def _tell(self, client: httpx.Client, scored: Scored, model_id: str, now: datetime) -> None:
        query = {"model_id": model_id, "has_outcome": "false", "since": (now - LOOKED_BACK).isoformat()}
        told = []
        for row in _pages(client, f"{HUB}/predictions", query):
            if row["role"] == "shadow":
                continue
            case = case_of(self.seed, scored, row["business_entity_id"] or "")
            made = datetime.fromisoformat(row["predicted_at"])
            if case is None or case.known_after_days is None:
                continue
            if made + timedelta(days=case.known_after_days) <= now:
                told.append({"prediction_id": row["id"], "actual_outcome": case.outcome})
        if told:
            _post(client, f"{HUB}/predictions/feedback", {"feedback": told})

    def _settle(self, client: httpx.Client, now: datetime) -> None:
        """End what was odd long ago, so that a demo that runs for weeks does not pile it up."""
        query = {"state": "open", "until": (now - SETTLED_AFTER).isoformat(), "limit": str(PAGE_SIZE)}
        answer = client.get(f"{HUB}/anomalies", params=query)
        check_is_there(answer)
        items = answer.json()["items"] if answer.status_code == 200 else []
        for group_id in sorted({row["group_id"] for row in items})[:GROUPS_PER_DAY_MAX]:
            body = {"state": "resolved", "resolution": "It passed, and was looked into.", "feedback": "useful"}
            _post(client, f"{HUB}/anomalies/groups/{group_id}/resolve", body)


def _checked(answer: httpx.Response, complaint: str) -> Any:
    check_is_there(answer)
    if answer.status_code >= 400:
        log.warning(complaint, status=answer.status_code, problem=answer.json().get("detail"))
        return None
    return answer.json()


def _post(client: httpx.Client, path: str, body: Any, *, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return _checked(client.post(path, json=body, headers=headers), f"{path.removeprefix(HUB)} was refused")


def _get(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    check_is_there(answer)
    answer.raise_for_status()
    return answer.json()


def _list(client: httpx.Client, path: str, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the newest page of a list: a demo holds less than one of everything that is looked for by name."""
    answer = client.get(path, params={**(query or {}), "limit": str(PAGE_SIZE)})
    found = _checked(answer, f"{path.removeprefix(HUB)} is not to be had")
    return [] if found is None else list(found["items"])


def _pages(client: httpx.Client, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    after: dict[str, str] = {}
    for _ in range(PAGES_MAX):
        found = _checked(
            client.get(path, params={**query, **after, "limit": str(PAGE_SIZE)}),
            f"{path.removeprefix(HUB)} is not to be had",
        )
        yield from found["items"] if found else ()
        if not found or found["next"] is None:
            return
        after = {"after": found["next"]}


def _find(client: httpx.Client, path: str, field_name: str, value: str) -> dict[str, Any] | None:
    return next((row for row in _list(client, path) if row[field_name] == value), None)
