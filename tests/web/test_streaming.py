"""Streams: pieces that are made in a few threads, and only while somebody takes them."""

import threading
from collections.abc import Iterator
from typing import Any

import anyio
from anyio import CapacityLimiter
from starlette.types import Message

from app.web.streaming import AT_ONCE, Stream

SCOPE: dict[str, Any] = {"type": "http", "asgi": {"spec_version": "2.3"}}


async def never() -> Message:
    """A client that stays."""
    await anyio.sleep_forever()
    raise AssertionError


async def test_many_streams_have_few_threads_and_all_come_to_their_end() -> None:
    lock = threading.Lock()
    at_once, most = 0, 0

    def pieces() -> Iterator[bytes]:
        nonlocal at_once, most
        for number in range(20):
            with lock:
                at_once += 1
                most = max(most, at_once)
            piece = f"{number},".encode()
            with lock:
                at_once -= 1
            yield piece

    bodies = [b""] * 6
    threads = CapacityLimiter(AT_ONCE)

    async def take(number: int) -> None:
        async def send(message: Message) -> None:
            bodies[number] += message.get("body", b"")

        await Stream(pieces(), threads)(SCOPE, never, send)

    async with anyio.create_task_group() as tasks:
        for number in range(len(bodies)):
            tasks.start_soon(take, number)
    assert bodies == ["".join(f"{number}," for number in range(20)).encode()] * 6
    assert 1 <= most <= AT_ONCE
    assert threads.borrowed_tokens == 0


async def test_no_piece_is_made_before_the_one_before_it_was_taken() -> None:
    made = 0

    def pieces() -> Iterator[bytes]:
        nonlocal made
        for _ in range(5):
            made += 1
            yield b"piece"

    taken: list[int] = []

    async def send(message: Message) -> None:
        taken.append(made)

    await Stream(pieces(), CapacityLimiter(AT_ONCE))(SCOPE, never, send)
    assert taken == [0, 1, 2, 3, 4, 5, 5]  # the head, five pieces, the end


async def test_a_client_that_goes_away_ends_a_stream_without_end() -> None:
    gone = anyio.Event()

    def pieces() -> Iterator[bytes]:
        while True:
            yield b"piece"

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message.get("body"):
            gone.set()

    threads = CapacityLimiter(AT_ONCE)
    await Stream(pieces(), threads)(SCOPE, receive, send)
    assert threads.borrowed_tokens == 0
