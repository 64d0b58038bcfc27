"""A page that greets, says on which host it runs, and counts its visits in a file."""

import html
import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VISITS = Path(__file__).resolve().parent / "data" / "visits"
LOCK = threading.Lock()

PAGE = """<!doctype html>
<title>Hello from Brig</title>
<h1>Hello from {host}</h1>
<p>You are visitor number {visits}.</p>
"""


def count_visit() -> int:
    with LOCK:
        visits = int(VISITS.read_text()) + 1 if VISITS.exists() else 1
        VISITS.write_text(f"{visits}\n")
        return visits


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/":
            self.send_error(404)
            return

        page = PAGE.format(host=html.escape(socket.gethostname()), visits=count_visit()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


def main() -> None:
    VISITS.parent.mkdir(exist_ok=True)
    server = ThreadingHTTPServer(("", int(os.environ.get("PORT", "8000"))), Handler)

    # A container's first process gets no default action for SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening on port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
