"""The live hub, a small ASGI program: `python -m revivatech.live --host 127.0.0.1 --port 3011`.

It reads the settings but sets up no Django application and never imports the ORM. docs/develop/live.md has the protocol.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revivatech.settings")

from django.conf import settings

from revivatech.platform.realtime.door import Door
from revivatech.platform.realtime.hub import Client, Hub, Limits
from revivatech.platform.realtime.listener import listen

SWEEP_EVERY = 5.0
DEAD_LINE_AFTER = 60  # seconds without an acknowledgement
TOO_BIG, NOT_UNDERSTOOD, TOO_TALKATIVE, LEAVE_OVER = 1009, 1007, 1008, 4001


class Incoming(msgspec.Struct, forbid_unknown_fields=True):
    """What a page says: topic tokens, topic handles, or a number it wants back."""

    subscribe: list[str] = []
    unsubscribe: list[str] = []
    ping: int | None = None


class Connection:
    """One socket and its client, from accept to close."""

    def __init__(self, socket: WebSocket, hub: Hub) -> None:
        self.socket = socket
        self.hub = hub
        self.client = Client(hub.limits, self._wake)
        self._sending: asyncio.Task[None] | None = None
        self._allowance = float(hub.limits.messages_per_minute)
        self._counted_at = 0.0

    async def serve(self) -> None:
        await self.socket.accept()
        self.hub.clients.add(self.client)
        try:
            while (problem := self._handle(await self._receive())) is None:
                pass
            await self.socket.close(problem)
        except WebSocketDisconnect:
            pass
        finally:
            self.hub.leave(self.client)
            if self._sending:
                self._sending.cancel()

    async def _receive(self) -> str | bytes:
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        said: str | bytes = message.get("text") or message.get("bytes") or ""
        return said

    def _handle(self, said: str | bytes) -> int | None:
        """Act on a message; a number is the code to close with."""
        if len(said) > self.hub.limits.message_bytes:
            return TOO_BIG
        if not self._within_allowance():
            return TOO_TALKATIVE
        try:
            message = msgspec.json.decode(said, type=Incoming)
        except (msgspec.DecodeError, UnicodeError):
            return NOT_UNDERSTOOD
        self.hub.unsubscribe(self.client, message.unsubscribe)
        self.hub.subscribe(self.client, message.subscribe)
        if message.ping is not None:
            self.client.pong(message.ping)
        return None

    def _within_allowance(self) -> bool:
        now, most = asyncio.get_running_loop().time(), float(self.hub.limits.messages_per_minute)
        self._allowance = min(most, self._allowance + (now - self._counted_at) * most / 60) - 1
        self._counted_at = now
        return self._allowance >= 0

    def _wake(self) -> None:
        # A task only while there is something to say: an idle socket costs no task of its own.
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        # It left meanwhile: serve() tidies up.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self.client.drain(self.socket.send_text)
            if self.client.over:
                await self.socket.close(LEAVE_OVER)


def hub_application(limits: Limits | None = None) -> Starlette:
    """The ASGI application with a hub of its own."""
    hub = Hub(limits or Limits.from_settings())
    door = Door(hub.limits)

    async def live(socket: WebSocket) -> None:
        entered = door.enter(socket)
        if isinstance(entered, int):
            await socket.send_denial_response(PlainTextResponse("refused", status_code=entered))
            return
        try:
            await Connection(socket, hub).serve()
        finally:
            door.leave(entered)

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "listening": hub.listening, "connections": len(hub.clients)})

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(listen(hub)), asyncio.create_task(_sweep(hub))]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return Starlette(routes=[WebSocketRoute("/live", live), Route("/health/live", health)], lifespan=lifespan)


async def _sweep(hub: Hub) -> None:
    while True:
        await asyncio.sleep(SWEEP_EVERY)
        hub.sweep()


def serve(application: Starlette, bound: socket.socket) -> uvicorn.Server:
    """A server for the bound socket, not yet running, set up as the hub needs it."""
    # Kernel memory for a reader who does not read is memory too; and such a line is given up in the end.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_LINE_AFTER * 1000)
    config = uvicorn.Config(
        application,
        ws="websockets-sansio",
        ws_max_size=Limits.from_settings().message_bytes,
        ws_ping_interval=25.0,  # below the 30-60 s after which proxies and phones drop a silent line
        ws_ping_timeout=25.0,
        ws_per_message_deflate=False,  # messages are tiny; a compressor would cost more memory than the socket
        proxy_headers=False,  # the door reads X-Forwarded-For itself, for as many proxies as are trusted
        timeout_graceful_shutdown=5,
        log_config=None,
        access_log=False,
    )
    return uvicorn.Server(config)


def main() -> None:
    parser = argparse.ArgumentParser(prog="revivatech.live", description="Tells open pages what changed.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=settings.LIVE_PORT)
    arguments = parser.parse_args()
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it writes a line for every socket
    family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
    with socket.create_server((arguments.host, arguments.port), family=family, backlog=1024) as bound:
        serve(application, bound).run(sockets=[bound])


application = hub_application()

if __name__ == "__main__":
    main()
