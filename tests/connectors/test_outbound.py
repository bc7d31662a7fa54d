"""The one way to call an address that a person typed: a corpus of ways to reach what is private, and answers that never end."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intendant.connectors.outbound import AnswerTooLarge, CallTooSlow, open_client
from intendant.kit import clock
from intendant.kit.addresses import AddressRefused, OutboundPolicy, is_public, parse_address, parse_outbound

NOTHING = OutboundPolicy()
LOCAL = parse_outbound("127.0.0.1")

REFUSED = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/",
    "example.com",
    "",
    "https://",
    "https:///path",
    "https://localhost/",
    "https://localhost:8321/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://127.0.0.1:8321/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.01/",
    "https://127.0.0.0x1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::169.254.169.254]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[2606:4700::1%eth0]/",
    "https://[fd00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[v1.fe80]/",
    "https://[127.0.0.1]/",
    "https://user:secret@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:443@127.0.0.1/",
    "https://127.0.0.1\\@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https://127。0。0。1/",
    "https://127．0．0．1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://ex\u00admple.com/",
    "https://example.com./",
    "https://127.0.0.1./",
    "https://example..com/",
    "https://.example.com/",
    "https://-example.com/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com:4x3/",
    "https://example.com/\r\nHost: 127.0.0.1",
    "https://example.com/\nX: y",
    "https://exa\tmple.com/",
    " https://example.com/",
    "https://example.com/ ",
    "https://example.com\x00.evil.com/",
    "https://example.com/#@127.0.0.1",
    "https://example.com/" + "a" * 2_000,
    "https://%31%32%37.0.0.1/",
    "https://127.0.0.1%2f.example.com/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_may_reach_what_is_private_is_refused_when_it_is_typed(url: str) -> None:
    with pytest.raises(AddressRefused):
        parse_address(url, NOTHING)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook?tenant=1",
        "https://hooks.example.com:8443/a/b",
        "HTTPS://Example.com",
        "https://8.8.8.8/",
        "https://[2606:4700::1]/x",
        "https://xn--bcher-kva.example/",
    ],
)
def test_a_public_https_address_is_taken(url: str) -> None:
    assert parse_address(url, NOTHING).scheme == "https"


def test_only_what_the_operator_named_is_allowed_though_private() -> None:
    policy = parse_outbound("hooks.internal, 10.1.0.0/16,127.0.0.1")
    assert parse_address("http://hooks.internal:80/x", policy).host == "hooks.internal"
    assert parse_address("http://10.1.2.3:22/", policy).port == 22
    for url in ("http://10.2.0.1/", "http://other.internal/", "https://2130706433/", "https://[::ffff:127.0.0.1]/"):
        with pytest.raises(AddressRefused):
            parse_address(url, policy)
    with pytest.raises(AddressRefused, match="neither a host name nor a network"):
        parse_outbound("https://hooks.internal")


@pytest.mark.parametrize("text", ["192.88.99.1", "2002:808:808::", "2001::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_an_address_that_carries_another_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def peer(answer: bytes | Answer, context: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Serve one answer for every request on 127.0.0.1; gives the port and the heads that came."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            if callable(answer):
                await answer(reader, writer)
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            heads.append(b"broken off")
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], heads
        server.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def names(*answers: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """Return a resolver that answers each time with the next of `answers`, and the last for ever."""
    left = list(answers)

    async def resolver(host: str, port: int) -> Sequence[str]:
        assert host
        assert port
        return left.pop(0) if len(left) > 1 else left[0]

    return resolver


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["fe80::1%1"]]
)
def test_a_name_of_which_any_address_is_private_is_refused_when_it_is_called(found: list[str]) -> None:
    async def call() -> None:
        async with open_client(NOTHING, resolver=names(found)) as client:
            await client.post("https://hooks.example.com/", content=b"{}")

    with pytest.raises(AddressRefused):
        asyncio.run(call())


def test_a_name_server_that_changes_its_mind_is_asked_once_and_its_first_answer_is_called() -> None:
    asked = 0

    async def call() -> list[bytes]:
        nonlocal asked

        async def resolver(host: str, port: int) -> Sequence[str]:
            nonlocal asked
            asked += 1
            assert (host, port > 0) == ("hooks.example.com", True)
            return ["127.0.0.1"] if asked == 1 else ["10.0.0.1"]

        async with (
            peer(OK) as (port, heads),
            open_client(OutboundPolicy(frozenset({"hooks.example.com"})), resolver=resolver) as client,
        ):
            await client.get(f"http://hooks.example.com:{port}/")
            return heads

    heads = asyncio.run(call())
    assert asked == 1
    assert b"Host: hooks.example.com" in heads[0]


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a server's context with a certificate for `name`, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.system_now()
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "peer.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, plain, serialization.NoEncryption()) + made.public_bytes(pem))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    return serving, ssl.create_default_context(cafile=str(file))


def test_tls_is_checked_against_the_name_though_the_address_is_pinned(tmp_path: Path) -> None:
    async def call(name: str) -> int:
        serving, trusting = certificate(tmp_path, "hooks.example.com")
        policy = OutboundPolicy(frozenset({name}))
        async with (
            peer(OK, serving) as (port, _),
            open_client(policy, resolver=names(["127.0.0.1"]), ssl_context=trusting) as client,
        ):
            return (await client.get(f"https://{name}:{port}/")).status_code

    assert asyncio.run(call("hooks.example.com")) == 200
    with pytest.raises(httpx.ConnectError):
        asyncio.run(call("other.example.com"))


def test_a_redirect_is_not_followed_unless_asked_and_never_to_what_is_private() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n"

    async def call(redirects_max: int) -> int:
        async with peer(answer) as (port, _), open_client(LOCAL, redirects_max=redirects_max) as client:
            return (await client.get(f"http://127.0.0.1:{port}/")).status_code

    assert asyncio.run(call(0)) == 302
    with pytest.raises(AddressRefused):
        asyncio.run(call(3))


async def _endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _each in range(200):
        writer.write(b"1\r\nx\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("answer", [_endless, _silent])
def test_an_answer_that_never_ends_is_left_in_time(answer: Answer) -> None:
    async def call() -> None:
        async with peer(answer) as (port, _), open_client(LOCAL, timeout_seconds=0.3) as client:
            await client.get(f"http://127.0.0.1:{port}/")

    with pytest.raises((CallTooSlow, httpx.TimeoutException)):
        asyncio.run(call())


def test_a_long_answer_and_a_packed_bomb_are_cut_off() -> None:
    packed = gzip.compress(b"\0" * 10_000_000)
    bomb = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed)
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000

    async def call(answer: bytes) -> None:
        async with peer(answer) as (port, _), open_client(LOCAL, answer_bytes_max=100_000) as client:
            await client.get(f"http://127.0.0.1:{port}/")

    for answer in (bomb, long):
        with pytest.raises(AnswerTooLarge):
            asyncio.run(call(answer))


def test_a_packed_answer_is_read_and_an_unknown_packing_is_not() -> None:
    packed = gzip.compress(b"well")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s"

    async def call(coding: bytes) -> str:
        async with peer(head % (coding, len(packed), packed)) as (port, _), open_client(LOCAL) as client:
            return (await client.get(f"http://127.0.0.1:{port}/")).text

    assert asyncio.run(call(b"gzip")) == "well"
    with pytest.raises(httpx.DecodingError):
        asyncio.run(call(b"br"))


def test_an_address_that_nobody_listens_on_is_a_connection_error() -> None:
    async def call(url: str, found: list[str]) -> None:
        policy = OutboundPolicy(frozenset({"hooks.example.com", "127.0.0.1"}))
        async with open_client(policy, resolver=names(found)) as client:
            await client.get(url)

    for url, found in (("http://127.0.0.1:9/", []), ("http://hooks.example.com:9/", [])):
        with pytest.raises(httpx.ConnectError):
            asyncio.run(call(url, found))
