"""The console as it is served: one page at its own addresses with a strict policy, files compressed and cached, nothing else."""

import os
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from intendant.server.console import HOME, PLACES, ROOT_FILES, choose_encoding

PAGE = '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/app-1.js"></script>'
SCRIPT = "console.log('here')" * 100
FONT = "assets/geist-latin-400-700-Ab12.woff2"


@pytest.fixture
def built(app: FastAPI, tmp_path: Path) -> Path:
    """Build a console of a few files."""
    folder = tmp_path / "console"
    contents = {
        "index.html": PAGE,
        "assets/app-1.js": SCRIPT,
        "assets/app-1.js.br": "brotli",
        "assets/app-1.js.gz": "gzip",
        FONT: "font",
        "icon.svg": "<svg/>",
        "manifest.webmanifest": "{}",
        "sw.js": "self",
        ".digest": "secret",
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (tmp_path / "outside.js").write_text("outside")
    app.state.console = folder
    return folder


def test_the_page_is_at_every_address_of_the_console_and_nowhere_else(client: TestClient, built: Path) -> None:
    for place in PLACES:
        for path in (place, f"{place}/some/where", f"{place}?verdict=ask"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), path
            assert 'src="/assets/app-1.js"' in answer.text
    for path in ("/nowhere", "/api/nowhere", "/api/v1/decision", "/approvalsx", "/admin", "/index.html", "/.digest"):
        assert client.get(path).status_code == 404, path


def test_the_start_leads_to_the_overview(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)


def test_the_page_has_a_strict_policy_with_a_nonce_of_its_own(client: TestClient, built: Path) -> None:
    nonces = set()
    for _ in range(3):
        answer = client.get(HOME)
        policies = answer.headers.get_list("content-security-policy")
        assert len(policies) == 1
        assert "unsafe" not in policies[0]
        assert policies[0].startswith("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-")
        found = re.search(r"'nonce-([0-9a-f]{32})'", policies[0])
        assert found is not None
        assert f'nonce="{found[1]}"' in answer.text
        assert "__CSP_NONCE__" not in answer.text
        assert answer.headers["cache-control"] == "no-cache"
        assert "etag" not in answer.headers, "an old body with a new nonce would not load its styles"
        assert answer.headers["x-frame-options"] == "DENY"
        nonces.add(found[1])
    assert len(nonces) == 3


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("gzip, deflate, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip", "gzip"),
        ("br;q=0, *", "gzip", "gzip"),
        ("identity", "identity", SCRIPT),
        ("", "identity", SCRIPT),
        ("br;q=nonsense", "identity", SCRIPT),
    ],
)
def test_an_asset_is_sent_as_it_was_compressed_and_kept_for_ever(
    client: TestClient, built: Path, accepted: str, encoding: str, content: str
) -> None:
    with client.stream("GET", "/assets/app-1.js", headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert raw == content.encode()
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_with_a_fixed_name_is_asked_for_again_and_not_sent_again(client: TestClient, built: Path) -> None:
    first = client.get("/sw.js")
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    for given_tag in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/sw.js", headers={"If-None-Match": given_tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert client.get("/sw.js", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/manifest.webmanifest").headers["content-type"] == "application/manifest+json"


def test_each_encoding_has_a_tag_of_its_own(client: TestClient, built: Path) -> None:
    tags = set()
    for accepted in ("br", "gzip", "identity"):
        with client.stream("GET", "/assets/app-1.js", headers={"Accept-Encoding": accepted}) as answer:
            tags.add(answer.headers["etag"])
    assert len(tags) == 3


@pytest.mark.parametrize("path", [HOME, "/assets/app-1.js", "/icon.svg"])
def test_head_says_what_get_sends(client: TestClient, built: Path, path: str) -> None:
    plain = {"Accept-Encoding": "identity"}
    sent, told = client.get(path, headers=plain), client.head(path, headers=plain)
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["content-length"] == str(len(sent.content))
    assert told.headers["content-type"] == sent.headers["content-type"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/missing-1.js",
        "/assets/..%2foutside.js",
        "/assets/..%2f..%2foutside.js",
        "/assets/%2e%2e%2findex.html",
        "/assets/..%5coutside.js",
        "/assets/%00",
        "/assets/",
        "/assets/app-1.js.br",
        "/icon-192.png",
    ],
)
def test_only_files_of_the_console_are_served(client: TestClient, built: Path, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404, answer.text
    assert "outside" not in answer.text


def test_the_page_takes_nothing(client: TestClient, built: Path) -> None:
    answer = client.post(HOME)
    assert answer.status_code == 405


def test_a_new_build_is_served_without_a_restart(client: TestClient, built: Path) -> None:
    assert "app-1.js" in client.get(HOME).text
    (built / "assets/app-2.js").write_text("new")
    (built / "index.html").write_text(PAGE.replace("app-1", "app-2"))
    os.utime(built / "index.html", ns=(1, 1))
    assert "app-2.js" in client.get(HOME).text
    assert client.get("/assets/app-2.js").text == "new"


def test_where_nothing_is_built_the_page_says_what_to_do(client: TestClient, app: FastAPI, tmp_path: Path) -> None:
    app.state.console = tmp_path / "nothing"
    answer = client.get(HOME)
    assert answer.status_code == 503
    assert "hatch_build.py" in answer.text
    assert client.get("/assets/app-1.js").status_code == 404
    assert client.get("/static/pages.css").status_code == 200


def test_the_sign_in_page_shares_the_consoles_font(client: TestClient, built: Path) -> None:
    assert f"url(/{FONT})" in client.get("/static/pages.css").text
    assert client.get(f"/{FONT}").headers["content-type"] == "font/woff2"


def test_every_file_beside_the_assets_has_a_route() -> None:
    public = Path(__file__).parents[2] / "console/public"
    assert {path.name for path in public.iterdir()} <= set(ROOT_FILES)


def test_every_page_of_the_console_has_an_address_that_is_served() -> None:
    sources = Path(__file__).parents[2] / "console/src"
    routes = [*sources.glob("*/*/routes.ts"), sources / "app/router.tsx"]
    paths = {path for file in routes for path in re.findall(r'\bpath: "(/[^"]+)"', file.read_text())}
    assert len(paths) > 10
    assert not [path for path in paths if not any(path == place or path.startswith(f"{place}/") for place in PLACES)]


@given(
    st.lists(st.tuples(st.sampled_from(["br", "gzip", "identity", "*", "zstd", "x"]), st.sampled_from(["", ";q=0", ";q=0.3", ";q=1", ";Q=0.5", ";q=", ";x"]))),
    st.sampled_from([(), ("gzip",), ("br", "gzip")]),
)  # fmt: skip
def test_an_encoding_that_is_refused_or_unknown_is_never_chosen(
    parts: list[tuple[str, str]], offered: tuple[str, ...]
) -> None:
    chosen = choose_encoding(", ".join(name + weight for name, weight in parts), offered)
    assert chosen in (*offered, "identity")
    named = [weight for name, weight in parts if name == chosen]
    if chosen != "identity" and named:
        assert named[-1] not in (";q=0", ";q=")
