"""A door to lending over HTTP: a client with the headers of a role."""

from dataclasses import dataclass
from typing import Any

import orjson
from fastapi.testclient import TestClient

BASE = "/api/v1/lending"


@dataclass
class Door:
    """A client with the headers of a role."""

    client: TestClient
    headers: dict[str, str]

    def post(self, path: str, body: Any = None, status: int = 201, **headers: str) -> Any:
        """Send a POST and return the answer."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = (
            {"content-type": "application/json"} | self.headers | {k.replace("_", "-"): v for k, v in headers.items()}
        )
        response = self.client.post(BASE + path, content=content, headers=sent)
        assert response.status_code == status, response.text
        return response.json()

    def get(self, path: str, status: int = 200) -> Any:
        """Send a GET and return the answer."""
        response = self.client.get(BASE + path, headers=self.headers)
        assert response.status_code == status, response.text
        return response.json()


def application(inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a body."""
    return {"product": "personal", "inputs": inputs} | more
