"""The command line itself, and `doctor`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from revivatech.platform.commands import checks
from revivatech.platform.commands.checks import CHECKS, Finding, check
from revivatech.platform.commands.cli import main
from revivatech.platform.commands.doctor import doctor

COMMAND = [sys.executable, "-m", "revivatech.platform.commands.cli"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve", "--port", "0"], "0 is not a port"),
        (["serve", "--port", "80x"], "80x is not a port"),
        (["serve", "--port", "70000"], "70000 is not a port"),
        (["serve", "--workers", "0"], "0 is not a number from 1 to 256"),
        (["sell"], "invalid choice: 'sell'"),
        ([], "required: COMMAND"),
    ],
)
def test_wrong_options_are_told(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_pages_and_live_updates_need_two_ports(
    tmp_path: Path, free_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    port = str(free_port)
    assert main(["serve", "--data-dir", str(tmp_path), "--port", port, "--live-port", port]) == 1
    assert capsys.readouterr().err == (
        "revivatech: --port and --live-port must differ: pages and live updates are two programs.\n"
    )


def test_an_old_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from revivatech.platform.commands import environment
    from revivatech.platform.commands.problems import StopError

    monkeypatch.setattr(environment, "OLDEST_SERVER", 990_000)
    with pytest.raises(StopError, match="is PostgreSQL 18: RevivaTech needs PostgreSQL 18 or newer"):
        environment.check_database(os.environ["DATABASE_URL"])


def test_a_disk_without_room_is_told_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from revivatech.platform.commands import environment
    from revivatech.platform.commands.problems import StopError

    monkeypatch.setattr(environment, "LEAST_FREE_BYTES", 1 << 60)
    with pytest.raises(StopError, match=r"Only \d+ MB are free on the disk"):
        environment.data_folder(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_manage_runs_djangos_commands_with_the_database_attached() -> None:
    done = subprocess.run([*COMMAND, "manage", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "System check identified" in done.stdout + done.stderr


def test_help_does_not_wait_for_django() -> None:
    program = (
        "import sys; from revivatech.platform.commands.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\nprint('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.django_db
class TestDoctor:
    def test_every_line_has_a_true_state_and_problems_decide_the_exit(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setitem(CHECKS, "till", lambda: Finding("off", "nothing set", ["Set a till."]))
        assert doctor(tmp_path) == 1
        told = capsys.readouterr().out
        assert "! till          off      nothing set" in told
        assert "! till: Set a till." in told
        assert "  database      live     PostgreSQL 18" in told
        assert "  migrations    live     all applied" in told

    def test_a_check_that_breaks_is_a_finding_and_the_others_are_still_made(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def broken() -> Finding:
            raise OSError("the wire is cut")

        monkeypatch.setitem(CHECKS, "till", broken)
        assert doctor(tmp_path) == 1
        told = capsys.readouterr().out
        assert "! till: the wire is cut" in told
        assert "static files" in told

    def test_a_failed_job_is_a_problem(self) -> None:
        assert checks.jobs().problems == []
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_jobs (task_name, queue_name, status) VALUES ('x', 'y', 'failed')")
        assert checks.jobs().problems[0].startswith("1 jobs failed for good")

    def test_a_job_nobody_takes_is_a_problem(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name, scheduled_at)"
                " VALUES ('x', 'y', now() - interval '20 minutes')"
            )
        assert checks.jobs().problems == ["A job has been waiting for 20 minutes: is a worker running?"]


def test_a_secret_key_others_can_read_is_a_problem(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path
    key = tmp_path / "secret.key"
    key.write_text("k" * 64)
    key.chmod(0o640)
    assert checks.secret_key().problems == [f"Others can read {key}: run chmod 600 {key}."]
    key.chmod(0o600)
    assert checks.secret_key().problems == []


@pytest.mark.parametrize(
    ("url", "state", "problems"),
    [
        ("http://localhost:3010", "sandbox", 0),
        ("http://repairs.example", "live", 1),
        ("https://repairs.example", "live", 0),
    ],
)
def test_the_address_says_whether_the_world_can_come_in(  # type: ignore[no-untyped-def]
    settings, url: str, state: str, problems: int
) -> None:
    settings.PUBLIC_URL, settings.HTTPS, settings.TRUSTED_PROXIES = url, url.startswith("https"), 1
    found = checks.address()
    assert (found.state, len(found.problems)) == (state, problems)


def test_a_package_replaces_a_check_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", dict(CHECKS))

    @check("mail")
    def mail() -> Finding:
        return Finding("live", "set in the shop")

    assert checks.CHECKS["mail"] is mail
