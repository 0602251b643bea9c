"""test_requests - crowds of slow clients, clients that leave in the middle of anything, nonsense by the thousand: honest requests are answered all the while."""
import contextlib
import json
import os
import random
import signal
import socket
import struct
import subprocess
import time
import unittest

from crowd import KINDS, UNREAD, Crowd, need_descriptors
from harness import Deployment, wait_for, write_file

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
BIG = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
SOURCES = [f"127.0.{1 + i // 250}.{1 + i % 250}" for i in range(500)]
CROWD = 1000
HONEST_S = 10
ANSWERED_S = 1
FOREIGN = "127.0.9.9"


class RequestsTest(unittest.TestCase):
    """webd alone: what is measured is what it does with connections."""
    args = ()

    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        os.mkdir(self.d.state)
        self.d.start_webd(*self.args)

    def connect(self, data=b"", source="127.0.0.1", window=None):
        s = socket.socket()
        self.addCleanup(s.close)
        s.settimeout(10)
        if window is not None:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        s.bind((source, 0))
        s.connect(("127.0.0.1", self.d.port))
        if data:
            with contextlib.suppress(OSError):
                s.sendall(data)
        return s

    @staticmethod
    def is_closed(s):
        s.setblocking(False)
        try:
            while chunk := s.recv(1 << 16):
                del chunk
            return True
        except BlockingIOError:
            return False
        except OSError:
            return True

    @staticmethod
    def reset(s):
        """Leaves without a word of goodbye."""
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()

    def sockets(self):
        """How many it has open. Files come and go with the threads that read the database."""
        n = 0
        for name in os.listdir(f"/proc/{self.d.webd.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                n += os.readlink(f"/proc/{self.d.webd.pid}/fd/{name}").startswith("socket:")
        return n

    def resident_kb(self):
        with open(f"/proc/{self.d.webd.pid}/status", encoding="ascii") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("RssAnon:"))

    def cpu_s(self):
        with open(f"/proc/{self.d.webd.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def said(self):
        """What webd logged, apart from there being no scannerd."""
        return [line for line in self.d.log("webd").splitlines() if "scannerd cannot be heard" not in line and "scannerd is there" not in line]

    def answers(self, timeout=3):
        with contextlib.suppress(OSError):
            return self.d.request("GET", "/healthz", timeout=timeout).status == 200
        return False


class SlowCrowdTest(RequestsTest):
    """A thousand clients that are slow in every way, all coming back when they are dropped."""

    def honest_is_answered_beside(self, sources, honest, kinds=tuple(KINDS)):
        self.assertTrue(self.answers())
        sockets, resident = self.sockets(), self.resident_kb()
        longest, asked = 0, 0
        with Crowd(self.d.port, CROWD, sources, kinds) as crowd:
            wait_for(lambda: crowd.connected >= CROWD, 30, "the crowd")
            end = time.monotonic() + HONEST_S
            while time.monotonic() < end:
                began = time.monotonic()
                with self.connect(GET, honest) as s:
                    self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 200 "))
                longest = max(longest, time.monotonic() - began)
                asked += 1
                time.sleep(0.02)
            self.assertLess(self.sockets(), sockets + 512 + 200)
            self.assertLess(self.resident_kb(), resident + 32 * 1024)
        self.assertGreater(asked, HONEST_S)
        self.assertLess(longest, ANSWERED_S)
        wait_for(lambda: self.sockets() <= sockets, 10, "the end of every connection")
        self.assertEqual(self.said(), [])

    def test_one_source_does_not_keep_others_from_being_answered_within_a_second(self):
        self.honest_is_answered_beside(["127.0.0.1"], FOREIGN)

    def test_one_source_does_not_keep_its_own_honest_client_from_it(self):
        # who asks and does not read is being answered: that can fill the places of his own source
        self.honest_is_answered_beside(["127.0.0.1"], "127.0.0.1", [kind for kind in KINDS if kind != UNREAD])

    def test_five_hundred_sources_do_not_keep_anybody_from_it(self):
        self.honest_is_answered_beside(SOURCES, FOREIGN)


class DescriptorTest(RequestsTest):
    def test_64_descriptors_and_500_connects_cost_no_busy_loop_and_no_flood_of_lines(self):
        subprocess.run(["prlimit", f"--pid={self.d.webd.pid}", "--nofile=64:64"], check=True)
        with Crowd(self.d.port, 500, SOURCES):
            time.sleep(1)
            before = self.cpu_s()
            time.sleep(4)
            self.assertLess(self.cpu_s() - before, 0.8, "a busy loop")
        self.assertLess(len(self.said()), 3)
        wait_for(self.answers, 10, "an answer after the flood")

    def test_a_thousand_who_come_at_once_exceed_neither_the_cap_nor_the_descriptors(self):
        """They wait in the kernel's queue while webd stands still, and it must not take them all in one turn."""
        need_descriptors(3000)
        before = self.sockets()
        self.d.webd.send_signal(signal.SIGSTOP)
        clients = []
        for i in range(1000):
            s = socket.socket()
            self.addCleanup(s.close)
            s.setblocking(False)
            s.bind((SOURCES[i % len(SOURCES)], 0))
            s.connect_ex(("127.0.0.1", self.d.port))
            clients.append(s)
        subprocess.run(["prlimit", f"--pid={self.d.webd.pid}", f"--nofile={before + 512 + 120}"], check=True)
        self.d.webd.send_signal(signal.SIGCONT)
        self.assertTrue(self.answers(10))
        wait_for(lambda: sum(self.is_closed(s) for s in clients) >= 1000 - 512, what="eviction down to the cap")
        self.assertEqual(self.said(), [], "it ran out of descriptors")


class SourceTest(RequestsTest):
    args = ("--max-connections", "150", "--max-connections-per-source", "20", "--proxy-trust", "127.0.0.5")

    def test_a_trusted_proxy_is_not_one_source_but_counts_in_the_total(self):
        proxied = [self.connect(GET[:20], "127.0.0.5") for _ in range(100)]
        others = [self.connect(GET[:20], "127.0.0.6") for _ in range(40)]
        wait_for(lambda: sum(self.is_closed(s) for s in others) == 20, what="the cap of a source")
        self.assertTrue(self.answers())
        self.assertEqual(sum(self.is_closed(s) for s in proxied), 0)
        more = [self.connect(GET[:20], "127.0.0.5") for _ in range(100)]
        wait_for(lambda: sum(self.is_closed(s) for s in proxied + others + more) >= 90, what="the cap of all")
        self.assertTrue(self.answers())
        self.assertEqual(sum(self.is_closed(s) for s in more), 0, "the oldest made room")

    def test_connections_that_idle_after_an_answer_make_room_like_half_requests(self):
        idle = [self.connect(GET) for _ in range(10)]
        for s in idle:
            self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 200 "))
        half = [self.connect(GET[:20]) for _ in range(10)]
        more = [self.connect(GET[:20]) for _ in range(10)]
        wait_for(lambda: sum(self.is_closed(s) for s in idle) == 10, what="the end of those that idle longest")
        self.assertEqual(sum(self.is_closed(s) for s in half + more), 0)


class UnreadTest(RequestsTest):
    args = ("--max-connections", "30", "--max-connections-per-source", "30")

    def unread(self, n):
        """Clients that ask for more than the kernel takes for them, and do not read it."""
        return [self.connect(BIG * 50, window=4096) for _ in range(n)]

    def test_answers_that_nobody_reads_make_room_at_the_cap(self):
        before = self.resident_kb()
        clients = self.unread(30)
        wait_for(self.answers, 20, "an answer to somebody else")
        self.assertLess(self.resident_kb(), before + 48 * 1024)
        self.assertLess(sum(self.is_closed(s) for s in clients), 30)

    def test_an_answer_that_nobody_reads_ends_with_its_time(self):
        sockets = self.sockets()
        self.unread(20)
        wait_for(lambda: self.sockets() > sockets, what="the connections")
        time.sleep(55)
        self.assertGreater(self.sockets(), sockets, "the cap is not reached: each has its time")
        wait_for(lambda: self.sockets() <= sockets, 25, "the end after a minute without reading")

    def test_an_answer_that_is_read_slowly_but_steadily_is_whole(self):
        s = self.connect(BIG.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), window=65536)
        crowd = self.unread(29)
        got = b""
        while chunk := s.recv(16384):
            got += chunk
            time.sleep(0.1)
            with contextlib.suppress(OSError):
                self.answers(0.2)  # the cap is reached again and again
        self.assertIn("paths", json.loads(got.split(b"\r\n\r\n", 1)[1]))
        self.assertEqual(len(crowd), 29)


class LeavingTest(RequestsTest):
    """Resets in the middle of every phase."""
    POST = b"POST /api/scan/directories HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    PHASES = {
        "before a word": (b"", 0),
        "in the first line": (GET[:8], 0),
        "in a header": (GET[:30], 0),
        "before the body": (POST + b"Content-Length: 100000\r\n\r\n", 0),
        "in the body": (POST + b"Content-Length: 100000\r\n\r\n" + b" " * 50000, 0),
        "before the answer": (GET, 0),
        "after the answer's first byte": (BIG, 1),
        "in the answer": (BIG, 20000),
        "before the answer of scannerd": (POST + b"Content-Length: 2\r\n\r\n{}", 0),
        "in a list": (b"GET /api/files HTTP/1.1\r\nHost: localhost\r\n\r\n", 1),
        "in events": (b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n", 10),
        "between pipelined answers": (GET * 100, 200),
        "after nonsense": (b"\0\r\n\r\n", 0),
        "while it is refused": (b"GET http://x/ HTTP/1.1\r\n" + GET, 1),
    }

    def setUp(self):
        super().setUp()
        for i in range(50):
            write_file(os.path.join(self.d.backups, f"web{i:02}_2026-01-01.tar.gz"))
        self.d.start_scannerd()
        wait_for(lambda: self.d.get("/api/health")["scannerd"] == "connected", what="scannerd's events")

    def test_a_reset_in_any_phase_costs_its_connection_and_nothing_else(self):
        chance = random.Random(5)
        before = self.sockets()
        for turn in range(40):
            for name, (data, read) in sorted(self.PHASES.items()):
                with self.subTest(name, turn=turn):
                    s = self.connect(data)
                    if read:
                        s.recv(chance.randint(1, read))
                    elif turn % 2:
                        time.sleep(chance.random() / 100)
                    self.reset(s)
        self.assertTrue(self.answers())
        self.assertIsNone(self.d.webd.poll())
        wait_for(lambda: self.sockets() <= before, 20, "the end of every connection")
        self.assertEqual(self.said(), [])


class ProxiedTest(unittest.TestCase):
    def test_who_resets_after_the_request_is_not_taken_for_a_proxy_at_a_unix_socket(self):
        """A reset connection has no address any more; that must not read as the Unix socket's."""
        d = Deployment()
        self.addCleanup(d.remove)
        d.start_scannerd()
        d.start_webd("--auth", "proxy", "--proxy-user-header", "X-Remote-User", "--proxy-role", "admin", "--proxy-trust", "unix")
        request = (b"POST /api/servers HTTP/1.1\r\nHost: localhost\r\nX-Remote-User: eve\r\nContent-Type: application/json\r\n"
                   b"Content-Length: 20\r\n\r\n{\"hostname\": \"evil\"}")
        for _ in range(20):
            d.webd.send_signal(signal.SIGSTOP)
            s = socket.create_connection(("127.0.0.1", d.port), timeout=10)
            s.sendall(request)
            RequestsTest.reset(s)
            d.webd.send_signal(signal.SIGCONT)
            self.assertEqual(d.request("GET", "/healthz").status, 200)
        self.assertEqual(d.sql("SELECT count(*) FROM servers"), [(0,)])


class NonsenseTest(RequestsTest):
    """Requests that were damaged by chance; always the same chance."""
    WHOLE = (
        GET,
        b"GET /api/files?limit=5&q=a%20b&sort=size HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nCookie: a=b; backup-checker=x\r\n\r\n",
        b"POST /api/servers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"hostname\": \"one\"}\n",
        b"PUT /api/servers/1 HTTP/1.1\r\nHost: localhost\r\nX-Requested-With: backup-checker\r\nIf-Match: \"3\"\r\nContent-Length: 2\r\n\r\n{}",
        b"GET / HTTP/1.0\r\nHost: [::1]:80\r\nIf-None-Match: W/\"x\", \"y\"\r\nAccept-Encoding: gzip;q=0, *\r\n\r\n",
        b"DELETE /api/tokens/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer bc_abc\r\nX-Forwarded-For: 1.2.3.4, ::1\r\nOrigin: http://localhost\r\nX-Requested-With: backup-checker\r\n\r\n",
    )
    PIECES = (b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b":", b" ", b"\t", b"\xff", b"%", b"%00", b"%2e", b"..", b"//", b"\r\n ", b"0x", b"-1", b"18446744073709551617",
              b"Transfer-Encoding: chunked\r\n", b"Content-Length: 3\r\n", b"Host: x\r\n", b"Expect: 100-continue\r\n", b"Connection: upgrade\r\n", b"A" * 5000)
    TIMES = int(os.environ.get("BC_NONSENSE", "3000"))

    def damaged(self, chance):
        data = bytearray(chance.choice(self.WHOLE))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            kind = chance.randrange(4)
            if kind == 0:
                data[at:at] = chance.choice(self.PIECES)
            elif kind == 1:
                del data[at:at + chance.randint(1, 20)]
            elif kind == 2 and at < len(data):
                data[at] = chance.randrange(256)
            else:
                data[at:at] = data[chance.randrange(len(data) + 1):][:chance.randint(1, 60)]
        return bytes(data)

    def test_damaged_requests_get_answers_of_http_or_the_end_and_cost_nothing(self):
        chance = random.Random(2026)
        self.assertTrue(self.answers())
        before, refused = self.sockets(), 0
        for i in range(self.TIMES):
            data = self.damaged(chance)
            with self.connect(data) as s:
                with contextlib.suppress(OSError):
                    s.shutdown(socket.SHUT_WR)
                got = b""
                with contextlib.suppress(ConnectionResetError):
                    while chunk := s.recv(65536):
                        got += chunk
            if got:
                # evhttp's own refusals, which never reach us, repeat the version that was asked for
                ours = b"X-Content-Type-Options: nosniff" in got.split(b"\r\n\r\n")[0]
                form = rb"\AHTTP/1\.[01] [1-5]\d\d " if ours else rb"\AHTTP/-?\d+\.-?\d+ [45]\d\d "
                self.assertRegex(got[:200], form, f"{i}: {data[:400]!r}")
                refused += got.split(b" ", 2)[1].startswith(b"4")
        self.assertGreater(refused, self.TIMES // 4)
        self.assertTrue(self.answers())
        wait_for(lambda: self.sockets() <= before, 10, "the end of every connection")


if __name__ == "__main__":
    unittest.main()
