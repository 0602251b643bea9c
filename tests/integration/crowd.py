"""crowd - many clients at once, in one thread, that are slow in every way; whoever is dropped comes back a second later."""
import contextlib
import itertools
import resource
import selectors
import socket
import threading
import time

HEAD = b"Host: localhost\r\nX-Requested-With: backup-checker\r\n"
UNREAD = "unread answer"  # more than the kernel takes for it; comes back when it has not read for a while
# What each kind sends at once, and what it goes on to send, a byte a second.
KINDS = {
    "silent": (b"", b""),
    "byte by byte": (b"", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X-Long: " + b"x" * 1000),
    "half a head": (b"GET /healthz HTTP/1.1\r\nHost: loc", b""),
    "half a body": (b"POST /api/scan/directories HTTP/1.1\r\n" + HEAD + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", b""),
    "idle after an answer": (b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n", b""),
    UNREAD: ((b"GET /api/openapi.json HTTP/1.1\r\n" + HEAD + b"\r\n") * 4, b""),
}
PAUSE_S, UNREAD_S = 1, 8
WINDOW = 4096


def need_descriptors(n):
    """Lets this process have so many open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < n:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(n, hard), hard))


class Client:
    """One of them."""

    def __init__(self, address, source, kind):
        self.address, self.source, self.reads = address, source, kind != UNREAD
        self.first, self.then = KINDS[kind]
        self.socket, self.due, self.at = None, 0, 0

    def connect(self, selector):
        self.at = 0
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if not self.reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        self.socket.bind((self.source, 0))
        self.socket.connect_ex(self.address)
        selector.register(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self)

    def close(self, selector):
        if self.socket is not None:
            with contextlib.suppress(KeyError):  # who does not read is not there
                selector.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def writable(self, selector):
        """Connected."""
        if self.reads:
            selector.modify(self.socket, selectors.EVENT_READ, self)
        else:
            selector.unregister(self.socket)
            self.due = time.monotonic() + UNREAD_S
        if self.first:
            self.socket.send(self.first)

    def tick(self):
        if not self.reads:
            raise ConnectionError("waited long enough")
        if self.at < len(self.then):
            with contextlib.suppress(BlockingIOError):
                self.socket.send(self.then[self.at:self.at + 1])
                self.at += 1


class Crowd(threading.Thread):
    """n clients of all kinds in turn, from the sources in turn."""

    def __init__(self, port, n, sources=("127.0.0.1",), kinds=tuple(KINDS)):
        super().__init__(daemon=True)
        need_descriptors(n + 500)
        self.connected = 0
        self.selector = selectors.DefaultSelector()
        self.ended = False
        self.clients = [Client(("127.0.0.1", port), source, kind)
                        for _, source, kind in zip(range(n), itertools.cycle(sources), itertools.cycle(kinds))]

    def run(self):
        while not self.ended:
            now = time.monotonic()
            for client in self.clients:
                if client.due <= now:
                    client.due = now + PAUSE_S
                    self._guarded(client, client.tick if client.socket else lambda c=client: c.connect(self.selector))
            for key, events in self.selector.select(0.05):
                self._guarded(key.data, lambda c=key.data, e=events: self._ready(c, e))
        for client in self.clients:
            client.close(self.selector)
        self.selector.close()

    def _ready(self, client, events):
        if events & selectors.EVENT_WRITE:
            client.writable(self.selector)
            self.connected += 1
        elif not client.socket.recv(65536):
            raise ConnectionError("dropped")

    def _guarded(self, client, step):
        try:
            step()
        except OSError:
            client.close(self.selector)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.ended = True
        self.join(30)
