"""A passkey in software: makes and answers what a browser's authenticator would, with real keys and signatures."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


class SoftwareKey:
    """One credential. `options` are what the server's page carries; the answers are what its form sends back."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.user_handle = b""
        self.counter = 0

    def create(self, options: dict[str, Any]) -> str:
        """Register: the credential as JSON."""
        public = options["publicKey"]
        self.user_handle = websafe_decode(public["user"]["id"])
        key = ES256.from_cryptography_key(self.private_key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, key)
        data = AuthenticatorData.create(
            self._rp_hash(public["rp"]["id"]), FLAG.UP | FLAG.UV | FLAG.AT, self.counter, bytes(credential)
        )
        return self._credential(
            {
                "clientDataJSON": self._client_data("webauthn.create", public["challenge"]),
                "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
            },
            {"credProps": {"rk": True}},
        )

    def get(self, options: dict[str, Any], rp_id: str = "testserver") -> str:
        """Sign in or confirm: the assertion as JSON."""
        public = options["publicKey"]
        self.counter += 1
        data = AuthenticatorData.create(self._rp_hash(public.get("rpId", rp_id)), FLAG.UP | FLAG.UV, self.counter)
        client_data = self._client_data("webauthn.get", public["challenge"])
        signed = bytes(data) + hashlib.sha256(websafe_decode(client_data)).digest()
        return self._credential(
            {
                "clientDataJSON": client_data,
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(self.private_key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": websafe_encode(self.user_handle),
            },
            {},
        )

    def _credential(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": extensions,
                "response": response,
            }
        )

    def _client_data(self, kind: str, challenge: str) -> str:
        return websafe_encode(json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode())

    @staticmethod
    def _rp_hash(rp_id: str) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest()
