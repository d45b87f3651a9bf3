"""Outgoing mail against real SMTP servers: plain, STARTTLS, TLS, with a password, refusing, silent, absent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import Client

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid
from revivatech.platform.sealing import key_file, seal
from revivatech.shop import actions, checks, mail
from revivatech.shop.actions import MailForm
from revivatech.shop.models import Business, Location, MailSettings
from revivatech.shop.problems import MailOff, MailRefused
from revivatech.testing.smtp import Mailbox, mail_on, smtp

__all__ = ["mail_on", "smtp"]
ActorOf = Callable[[User], Actor]
SENDER = "hello@repairs.example"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate and its key in one file, for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Callable[[str], Mailbox]]:
    """`secure("starttls")` or `secure("tls")`: a server that wants the user olga and her password."""
    started = ExitStack()

    def check(server: object, session: object, envelope: object, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"olga", b"sesame"), handled=False)

    def start(security: str) -> Mailbox:
        mailbox = Mailbox()
        mailbox.port = free_port()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        how: dict[str, Any] = (
            {"tls_context": context, "require_starttls": True}
            if security == "starttls"
            else {"ssl_context": context, "auth_require_tls": False}
        )
        controller = Controller(
            mailbox, hostname="127.0.0.1", port=mailbox.port, authenticator=check, auth_required=True, **how
        )
        controller.start()
        started.callback(controller.stop)
        return mailbox

    with started:
        yield start


def form(mailbox: Mailbox | None = None, **changes: Any) -> MailForm:
    values = {"host": "127.0.0.1", "port": mailbox.port if mailbox else 25, "security": "none", "sender": SENDER}
    return MailForm(**{**values, **changes})


def message(to: str = "customer@example.com") -> EmailMessage:
    return EmailMessage("Hello", "Text", mail.sender(), [to])


# --- On and off --------------------------------------------------------------------------------
def test_without_a_server_mail_is_off_and_says_so(shop: Location, olga: User, actor: ActorOf) -> None:
    assert mail.state() == "off"
    with pytest.raises(MailOff):
        mail.connection()
    with pytest.raises(MailOff):
        mail.Backend(alias="default").send_messages([message()])
    with pytest.raises(MailOff):
        actions.send_test("olga@repairs.example", by=actor(olga))
    assert mail.Backend(fail_silently=True, alias="default").send_messages([message()]) == 0
    assert checks.mail().state == "off"


def test_django_sends_through_the_saved_server(shop: Location, mail_on: Mailbox) -> None:
    assert mail.state() == "live"
    backend = mail.Backend(alias="default")
    assert backend.send_messages([message(), EmailMessage("Default sender", "Text", None, ["b@example.com"])]) == 2
    assert [arrived["From"] for arrived in mail_on.messages] == ["London Repairs <hello@repairs.example>"] * 2


def test_the_environment_counts_while_nothing_is_saved(
    shop: Location, smtp: Mailbox, settings: LazySettings, olga: User, actor: ActorOf
) -> None:
    settings.MAIL_URL = f"smtp://127.0.0.1:{smtp.port}?starttls=0"
    settings.MAIL_FROM = "Env <env@repairs.example>"
    assert mail.state() == "live"
    actions.send_test("olga@repairs.example", by=actor(olga))
    assert smtp.messages[0]["From"] == "Env <env@repairs.example>"
    assert MailSettings.objects.get().tested_at is None  # these settings were not the ones tested
    finding = checks.mail()
    assert (finding.state, finding.problems) == ("live", [])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://user:p%40ss@mail.example", ("mail.example", 587, "starttls", "user", "p@ss")),
        ("smtps://mail.example", ("mail.example", 465, "tls", "", "")),
        ("smtp://mail.example:2525?starttls=0", ("mail.example", 2525, "none", "", "")),
    ],
)
def test_a_mail_url_is_read(url: str, expected: tuple[str, int, str, str, str]) -> None:
    found = mail.server_from_url(url)
    assert (found.host, found.port, found.security, found.username, found.password) == expected
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example", "smtp://"])
def test_a_wrong_mail_url_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        mail.server_from_url(url)


def test_the_sender_falls_back_to_the_shop(shop: Location) -> None:
    assert mail.sender() == "London Repairs <hello@repairs.example>"
    Business.objects.update(email="")
    with pytest.raises(MailOff):
        mail.sender()


# --- Saving ------------------------------------------------------------------------------------
def test_the_password_is_sealed_and_never_in_the_log(shop: Location, olga: User, actor: ActorOf) -> None:
    saved = actions.save_mail(form(host="mail.example", username="olga", password="sesame"), by=actor(olga))
    assert "sesame" not in saved.password_sealed
    server = mail.server()
    assert server is not None
    assert server.password == "sesame"
    assert EventRecord.objects.get().payload["after"] == {
        "host": "mail.example", "port": 25, "security": "none", "username": "olga", "sender": SENDER,
        "password": "changed",
    }  # fmt: skip


def test_an_empty_password_keeps_the_stored_one_for_the_same_server_only(
    shop: Location, olga: User, actor: ActorOf
) -> None:
    first = form(host="mail.example", security="tls", username="olga", password="sesame")
    actions.save_mail(first, by=actor(olga))
    kept = actions.save_mail(
        form(host="mail.example", security="tls", username="olga", sender_name="Shop"), by=actor(olga)
    )
    assert kept.password_sealed != ""
    thieves: tuple[dict[str, Any], ...] = (
        {"host": "thief.example", "security": "tls"},
        {"host": "mail.example", "security": "none"},
    )
    for stolen in thieves:
        with pytest.raises(Invalid) as refused:
            actions.save_mail(form(username="olga", **stolen), by=actor(olga))
        assert list(refused.value.errors) == ["password"]
    assert actions.save_mail(form(host="mail.example"), by=actor(olga)).password_sealed == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"host": ""}, "host"), ({"host": "smtp://mail.example"}, "host"), ({"sender": ""}, "sender"),
     ({"username": "olga", "password": "sésame"}, "password"), ({"security": "magic"}, "security"), ({"sender": "nobody"}, "sender")],
)  # fmt: skip
def test_wrong_settings_name_their_field(
    changes: dict[str, Any], field: str, shop: Location, olga: User, actor: ActorOf
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.save_mail(form(**{"host": "mail.example", **changes}), by=actor(olga))
    assert list(refused.value.errors) == [field]
    assert mail.state() == "off"


def test_another_server_has_to_be_tested_again(shop: Location, mail_on: Mailbox, olga: User, actor: ActorOf) -> None:
    actions.send_test("olga@repairs.example", by=actor(olga))
    assert MailSettings.objects.get().tested_at is not None
    actions.save_mail(form(mail_on, sender_name="London Repairs"), by=actor(olga))
    assert MailSettings.objects.get().tested_at is not None  # the same settings
    actions.save_mail(form(mail_on, sender_name="Other"), by=actor(olga))
    assert MailSettings.objects.get().tested_at is None


def test_turning_off_forgets_the_server(shop: Location, olga: User, actor: ActorOf) -> None:
    actions.save_mail(form(host="mail.example", username="olga", password="sesame"), by=actor(olga))
    actions.turn_mail_off(by=actor(olga))
    saved = MailSettings.objects.get()
    assert (mail.state(), saved.username, saved.password_sealed) == ("off", "", "")


def test_a_lost_key_is_said_plainly(shop: Location) -> None:
    MailSettings.objects.update_or_create(
        pk=1, defaults={"host": "mail.example", "username": "olga", "password_sealed": seal("x"), "sender": SENDER}
    )
    key_file().write_text("another key altogether")
    finding = checks.mail()
    assert (finding.state, len(finding.problems)) == ("off", 1)


# --- The test message --------------------------------------------------------------------------
def test_success_only_after_the_server_took_it(shop: Location, mail_on: Mailbox, olga: User, actor: ActorOf) -> None:
    actions.send_test("olga@repairs.example", by=actor(olga))
    assert mail_on.recipients == ["olga@repairs.example"]
    assert mail_on.messages[0]["Subject"] == "Test message from London Repairs"
    assert EventRecord.objects.get().name == "shop.mail_tested"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_with_a_password(
    security: str, secure: Callable[[str], Mailbox], certificate: Path, shop: Location, olga: User, actor: ActorOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    mailbox = secure(security)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    good = form(mailbox, security=security, username="olga", password="sesame")
    actions.save_mail(good, by=actor(olga))
    actions.send_test("olga@repairs.example", by=actor(olga))
    assert mailbox.recipients == ["olga@repairs.example"]

    actions.save_mail(form(mailbox, security=security, username="olga", password="wrong"), by=actor(olga))
    with pytest.raises(MailRefused, match="refused the user name or password") as refused:
        actions.send_test("olga@repairs.example", by=actor(olga))
    assert refused.value.extra["answer"].startswith("535 ")
    assert MailSettings.objects.get().tested_at is None
    assert len(mailbox.messages) == 1


def test_a_certificate_nobody_vouches_for_is_refused(
    secure: Callable[[str], Mailbox], shop: Location, olga: User, actor: ActorOf
) -> None:
    mailbox = secure("tls")
    actions.save_mail(form(mailbox, security="tls", username="olga", password="sesame"), by=actor(olga))
    with pytest.raises(MailRefused, match="certificate could not be verified"):
        actions.send_test("olga@repairs.example", by=actor(olga))
    assert mailbox.messages == []


def test_starttls_where_there_is_none(shop: Location, smtp: Mailbox, olga: User, actor: ActorOf) -> None:
    actions.save_mail(form(smtp, security="starttls"), by=actor(olga))
    with pytest.raises(MailRefused, match="does not offer what the settings ask for"):
        actions.send_test("olga@repairs.example", by=actor(olga))
    assert smtp.messages == []


def test_tls_on_a_plain_port(shop: Location, smtp: Mailbox, olga: User, actor: ActorOf) -> None:
    actions.save_mail(form(smtp, security="tls"), by=actor(olga))
    with pytest.raises(MailRefused, match="No secure connection"):
        actions.send_test("olga@repairs.example", by=actor(olga))


def test_a_refused_recipient(shop: Location, mail_on: Mailbox, olga: User, actor: ActorOf) -> None:
    mail_on.refused_recipients["olga@repairs.example"] = "550 No such user here"
    with pytest.raises(MailRefused, match="refused the recipient") as refused:
        actions.send_test("olga@repairs.example", by=actor(olga))
    assert refused.value.extra["answer"] == "550 No such user here"
    assert EventRecord.objects.count() == 0


def test_a_refused_message(shop: Location, mail_on: Mailbox, olga: User, actor: ActorOf) -> None:
    mail_on.answers = ["554 Looks like spam"]
    with pytest.raises(MailRefused, match="refused the message itself") as refused:
        actions.send_test("olga@repairs.example", by=actor(olga))
    assert refused.value.extra["answer"] == "554 Looks like spam"


def test_nothing_listens(shop: Location, olga: User, actor: ActorOf) -> None:
    actions.save_mail(form(port=free_port()), by=actor(olga))
    with pytest.raises(MailRefused, match="Nothing answers"):
        actions.send_test("olga@repairs.example", by=actor(olga))


def test_a_silent_server_does_not_hang(
    shop: Location, olga: User, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        actions.save_mail(form(port=silent.getsockname()[1]), by=actor(olga))
        with pytest.raises(MailRefused, match="did not answer or hung up"):
            actions.send_test("olga@repairs.example", by=actor(olga))


# --- The page ----------------------------------------------------------------------------------
FIELDS = {"host": "127.0.0.1", "security": "none", "username": "", "password": "", "sender": SENDER, "sender_name": ""}


def test_the_page_shows_the_servers_answer(
    shop: Location, smtp: Mailbox, olga: User, sign_in: Callable[[User], Client]
) -> None:
    smtp.refused_recipients["olga@repairs.example"] = "550 <b>No such user</b>"
    page = sign_in(olga).post("/workbench/settings/mail/", {**FIELDS, "port": smtp.port, "intent": "test"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Saved, but the test message was not sent" in text
    assert "550 &lt;b&gt;No such user&lt;/b&gt;" in text
    assert "no test message was accepted" in text


def test_the_page_tests_and_says_so(
    shop: Location, smtp: Mailbox, olga: User, sign_in: Callable[[User], Client]
) -> None:
    page = sign_in(olga).post("/workbench/settings/mail/", {**FIELDS, "port": smtp.port, "intent": "test"}, follow=True)
    assert "The mail server took the test message for olga@repairs.example." in page.content.decode()
    assert smtp.recipients == ["olga@repairs.example"]


def test_the_page_never_shows_the_password(
    shop: Location, olga: User, actor: ActorOf, sign_in: Callable[[User], Client]
) -> None:
    actions.save_mail(form(host="mail.example", username="olga", password="sesame"), by=actor(olga))
    text = sign_in(olga).get("/workbench/settings/mail/").content.decode()
    assert "A password is stored" in text
    assert "sesame" not in text
    assert MailSettings.objects.get().password_sealed not in text
