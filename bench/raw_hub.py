"""The limit the live hub is measured against: a bare ASGI socket on uvicorn with one asyncpg LISTEN, and nothing else.

Every message of the channel goes at once to the sockets that asked for its topic. No signatures, revoking, versions, limits, coalescing or
slow readers; `bench.live` starts it.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import asyncpg

from revivatech.platform.realtime.channel import CHANNEL
from revivatech.platform.realtime.tokens import topic_handle

Send = Callable[[dict[str, Any]], Awaitable[None]]
listening: defaultdict[str, set[Send]] = defaultdict(set)
handle_of = cache(topic_handle)


async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"listening":true}'})
    else:
        await _socket(receive, send)


async def _socket(receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    mine: list[str] = []
    while (message := await receive())["type"] == "websocket.receive":
        mine += [token.partition(".")[0] for token in json.loads(message["text"])["subscribe"]]
        for handle in mine:
            listening[handle].add(send)
    for handle in mine:
        listening[handle].discard(send)


async def _lifespan(receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    await receive()
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.add_listener(CHANNEL, _tell)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await connection.close()
    await send({"type": "lifespan.shutdown.complete"})


async def _tell(_connection: object, _pid: int, _channel: str, payload: str) -> None:
    handle = handle_of(json.loads(payload)["topic"])
    text = json.dumps({"changed": {handle: 1}})
    for send in list(listening[handle]):
        await send({"type": "websocket.send", "text": text})
