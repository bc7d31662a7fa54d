"""A listener for plain HTTP that sends everybody to HTTPS, and does nothing else."""

import asyncio
from contextlib import suppress

SECONDS_MAX = 5.0
HEAD_BYTES_MAX = 8_192
HOST_LENGTH_MAX = 255
_HOST_CHARACTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")


async def start_redirect(host: str, port: int, https_port: int) -> asyncio.Server:
    """Listen on `port`; every request is answered by its own address on `https_port`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(SECONDS_MAX):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(redirect(head, https_port))
                await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, host, port, limit=HEAD_BYTES_MAX)


def redirect(head: bytes, https_port: int) -> bytes:
    """Return the answer to a request's head: 308 to the same address under HTTPS, 400 where it names no host."""
    lines = head.split(b"\r\n")
    parts = lines[0].split(b" ")
    host = next((line.partition(b":")[2].strip() for line in lines[1:] if line.lower().startswith(b"host:")), b"")
    target = parts[1] if len(parts) == 3 else b""
    sound = 0 < len(host) <= HOST_LENGTH_MAX and set(host) <= _HOST_CHARACTERS and target.startswith(b"/")
    if not sound or any(byte < 33 or byte > 126 for byte in target):
        return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    name = host if host.endswith(b"]") else host.rpartition(b":")[0] or host
    place = name if https_port == 443 else name + b":%d" % https_port
    return (
        b"HTTP/1.1 308 Permanent Redirect\r\nLocation: https://" + place + target + b"\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
