"""A real OpenID provider in a process of its own: people at it, and the walk through its pages that a browser does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from django.test import Client

START_WITHIN = 30.0  # seconds
Answer = Any  # Django's answer to its test client


@dataclass
class OpenId:
    url: str

    def register(self, callback: str) -> tuple[str, str]:
        """A client that may send people back to exactly this address: its id and secret."""
        wanted = {"redirect_uris": [callback], "token_endpoint_auth_method": "client_secret_post"}
        made = httpx.post(f"{self.url}/oauth2/clients", json=wanted).raise_for_status().json()
        return made["client_id"], made["client_secret"]

    def person(self, sub: str, **claims: Any) -> None:
        httpx.put(f"{self.url}/users/{sub}", json=claims).raise_for_status()

    def says(self, asked: str, sub: str) -> str:
        """Where the provider sends somebody who signs in as `sub` on the page `asked`; empty `sub`: who turns back."""
        form = {"sub": sub} if sub else {"action": "deny"}
        answer = httpx.post(asked, data=form)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def walk(self, browser: Client, sub: str, *, process: str = "login", next: str = "") -> Answer:
        """Our button, the provider's page, back to us: the answer to the coming back."""
        asked = browser.post("/accounts/google/login/", {"process": process, "next": next})
        assert asked.status_code == 302, asked.status_code
        back = urlsplit(self.says(asked["Location"], sub))
        return browser.get(f"{back.path}?{back.query}")


def asked_of(answer: Answer) -> dict[str, str]:
    """What we ask the provider for, as one dictionary."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


@contextmanager
def openid_server(port: int) -> Iterator[OpenId]:
    """The well-kept `oidc-provider-mock`: real discovery, codes, tokens and signatures, and people who do as told."""
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-registration", "true"]
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            until = time.monotonic() + START_WITHIN
            while True:
                try:
                    httpx.get(f"{url}/.well-known/openid-configuration", timeout=5).raise_for_status()
                    break
                except httpx.HTTPError:
                    assert server.poll() is None, "the OpenID provider did not start"
                    assert time.monotonic() < until, "the OpenID provider does not answer"
                    time.sleep(0.05)
            yield OpenId(url)
        finally:
            server.terminate()
            server.wait(10)
