"""scannerd's socket: who may talk, and peers that talk nonsense, too much, too slowly or never listen. Each hurts only itself."""
import contextlib
import json
import os
import socket
import subprocess
import threading
import time

from harness import DeploymentTest, mount_tmpfs, unmount, wait_for

SCANNER = "org.backupchecker.scanner."
MESSAGE_MAX = 1 << 20
CONNECTIONS_MAX = 64 + (8 if os.geteuid() == 0 else 0)  # some are for root
GROUP = "nogroup"
NOBODY = ("setpriv", "--reuid=nobody", "--regid=" + GROUP, "--clear-groups")
# A client for another user: prints the reply to GetInfo, or what went wrong.
CLIENT = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(5)
try:
    s.connect(sys.argv[1])
    s.sendall(b'{"method":"org.varlink.service.GetInfo"}\\0')
    print(s.recv(65536) or "closed")
except OSError as e:
    print(type(e).__name__)
"""


def message(method, parameters=None, **more):
    return json.dumps({"method": SCANNER + method, "parameters": parameters or {}, **more}).encode() + b"\0"


class SocketTest(DeploymentTest):
    start_daemons = False

    def setUp(self):
        super().setUp()
        self.d.write_config()

    def start(self, *args):
        self.d.start_scannerd(*args)
        self.neighbour = self.d.varlink()  # open all the time, and not to be disturbed
        self.addCleanup(self.neighbour.close)

    def connect(self, timeout=5):
        s = socket.socket(socket.AF_UNIX)
        self.addCleanup(s.close)
        s.settimeout(timeout)
        s.connect(self.d.socket)
        return s

    @staticmethod
    def rest(s):
        """Everything until the end of the connection."""
        data = b""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            while chunk := s.recv(1 << 20):
                data += chunk
        return data

    def nobody_else_noticed(self):
        self.assertIsNone(self.d.scannerd.poll(), self.d.log("scannerd"))
        self.assertIn("parameters", self.neighbour.call("GetInfo"))
        with self.d.varlink() as v:
            self.assertIn("parameters", v.call("GetConfig"))


class PeerTest(SocketTest):
    def nobody_gets(self, *prefix):
        return subprocess.run([*(prefix or NOBODY), "/usr/bin/python3", "-c", CLIENT, self.d.socket], stdout=subprocess.PIPE, check=True, timeout=20).stdout.decode()

    def test_the_socket_is_closed_to_everybody_outside_its_group(self):
        self.start()
        self.assertEqual(os.stat(self.d.socket).st_mode & 0o777, 0o660)
        self.assertEqual(self.nobody_gets(), "PermissionError\n")
        self.nobody_else_noticed()

    def test_a_member_of_the_group_may_talk_also_by_a_further_group(self):
        self.start("--group", GROUP)
        self.assertIn("org.varlink.service", self.nobody_gets())
        gid = os.stat(self.d.socket).st_gid
        self.assertIn("org.varlink.service", self.nobody_gets("setpriv", "--reuid=65533", "--regid=65533", f"--groups=65532,{gid}"))
        self.assertEqual(self.nobody_gets("setpriv", "--reuid=65533", "--regid=65533", "--groups=65532"), "PermissionError\n")

    def test_a_stranger_is_closed_even_where_the_file_lets_everybody_in(self):
        self.start()
        os.chmod(self.d.socket, 0o666)
        self.assertIn(self.nobody_gets(), ("closed\n", "ConnectionResetError\n", "BrokenPipeError\n"))
        self.assertIn("the peer is not in the socket's group", self.d.log("scannerd"))
        self.nobody_else_noticed()


class NonsenseTest(SocketTest):
    def test_bytes_that_are_no_call_get_one_error_and_the_end_of_the_connection(self):
        self.start()
        cases = (
            b"\0", b"{}\0", b"[]\0", b"null\0", b"hello\0", b"GET / HTTP/1.1\r\n\r\n\0", b'{"method":1}\0', b'{"method":""}\0', b'{"method":"GetInfo"}\0',
            b'{"method":"a.b"} {}\0', b'{"method":"a.b","method":"a.c"}\0', b'{"method":"a.b","parameters":[]}\0', b'{"method":"a.b","more":1}\0',
            b'{"method":"a.b","surprise":true}\0', b'{"method":"a.\xff"}\0', b'{"method":"a.b\\u0000c"}\0', b"[" * 5000 + b"\0", b'{"a":' * 200 + b"1" + b"}" * 200 + b"\0",
            b'{"method":"' + b"x" * 70000 + b'.y"}\0',
        )
        for case in cases:
            with self.subTest(case[:60]):
                s = self.connect()
                s.sendall(case)
                said = self.rest(s)
                self.assertEqual(said.count(b"\0"), 1, said)
                reply = json.loads(said[:-1])
                self.assertTrue(reply["error"].startswith(SCANNER), reply)
                self.assertGreater(len(reply["parameters"]["reason"].split()), 2, reply)
        self.nobody_else_noticed()

    def test_what_follows_a_bad_message_is_not_done(self):
        self.start()
        s = self.connect()
        s.sendall(b"nonsense\0" + message("AddServer", {"hostname": "smuggled01"}))
        self.assertEqual(self.rest(s).count(b"\0"), 1)
        with self.d.varlink() as v:
            v.call("AddServer", {"hostname": "real01"})
        self.assertEqual(self.d.sql("SELECT hostname FROM v_servers"), [("real01",)])

    def test_a_call_with_wrong_parameters_is_refused_by_name_and_the_connection_stays(self):
        self.start()
        cases = (
            ("NoSuchMethod", {}, "org.varlink.service.MethodNotFound"), ("org.example.Nothing", {}, "org.varlink.service.InterfaceNotFound"),
            ("StartScan", {}, SCANNER + "MissingKey"), ("StartScan", {"kind": "everything"}, SCANNER + "InvalidValue"), ("StartScan", {"kind": 1}, SCANNER + "InvalidType"),
            ("StartScan", {"kind": "directories", "argv": "-sC"}, SCANNER + "UnknownKey"), ("CancelScan", {"scan": 2**40}, SCANNER + "NotFound"),
            ("CancelScan", {"scan": 1e300}, None), ("CancelScan", {"scan": -1}, SCANNER + "InvalidValue"), ("CancelScan", {"scan": 1.5}, None),
            ("StartScan", {"kind": "directories", "only": ["/etc"]}, None), ("StartScan", {"kind": "directories", "only": ["x"] * 5000}, SCANNER + "TooLarge"),
            ("Monitor", {}, "org.varlink.service.ExpectedMore"), ("SetConfig", {"config": {}}, None), ("SetConfig", {"config": {}, "revision": "old"}, SCANNER + "Conflict"),
            ("AddServer", {}, None), ("RemoveServer", {"id": 77}, SCANNER + "NotFound"), ("ExplainMatch", {"path": ""}, None),
        )
        with self.d.varlink() as v:
            for method, parameters, name in cases:
                with self.subTest(f"{method} {str(parameters)[:60]}"):
                    reply = v.call(method, parameters)
                    self.assertIn("error", reply)
                    if name:
                        self.assertEqual(reply["error"], name, reply)
            self.assertIn("parameters", v.call("GetInfo"))

    def test_settings_may_be_replaced_without_naming_a_revision(self):
        self.start()
        config = self.neighbour.call("GetConfig")["parameters"]["config"]
        reply = self.neighbour.call("SetConfig", {"config": {**config, "generic_names": ["oneword"]}})
        self.assertIn("revision", reply.get("parameters", {}), reply)
        self.nobody_else_noticed()

    def test_a_one_way_call_is_done_but_never_answered(self):
        self.start()
        with self.d.varlink() as v:
            v.send("AddServer", {"hostname": "quiet01"}, oneway=True)
            v.send("AddServer", {}, oneway=True)
            v.send("NoSuchMethod", oneway=True)
            reply = v.call("CancelScan", {"scan": 9})
            self.assertEqual(reply["error"], SCANNER + "NotFound", "an answer to another call")
        self.assertEqual(self.d.sql("SELECT hostname FROM v_servers"), [("quiet01",)])

    def test_calls_sent_together_are_answered_in_their_order(self):
        self.start()
        with self.d.varlink() as v:
            v.socket.sendall(b"".join(message("CancelScan", {"scan": i + 1}) for i in range(500)))
            for i in range(500):
                self.assertIn(f"no scan {i + 1} is running", v.receive()["parameters"]["reason"])

    def test_a_call_that_comes_byte_by_byte_is_answered(self):
        self.start()
        s = self.connect()
        for byte in message("GetInfo"):
            s.sendall(bytes([byte]))
        self.assertIn(b"backup-checker", s.recv(4096))


class TooMuchTest(SocketTest):
    def test_a_message_above_the_limit_ends_its_connection(self):
        self.start()
        for what, data in (("without an end", b"x" * (MESSAGE_MAX + 100_000)), ("whole", message("ExplainMatch", {"path": "/" + "x" * (MESSAGE_MAX + 10)}))):
            with self.subTest(what):
                s = self.connect()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    s.sendall(data)
                self.assertEqual(self.rest(s), b"")
        self.nobody_else_noticed()

    def test_a_message_just_below_the_limit_is_read(self):
        self.start()
        s = self.connect()
        call = message("ExplainMatch", {"path": "/"})[:-1]
        s.sendall(call + b" " * (MESSAGE_MAX - len(call)) + b"\0")
        self.assertIn(b"parameters", s.recv(65536))

    def test_half_a_message_ends_its_connection_after_ten_seconds_at_the_latest(self):
        self.start()
        slow = self.connect(timeout=20)
        slow.sendall(b'{"method":"org.varl')
        gone = self.connect()
        gone.sendall(b'{"method":"org.varl')
        gone.close()
        started = time.monotonic()
        while time.monotonic() - started < 8:  # a byte now and then does not help
            with contextlib.suppress(OSError):
                slow.sendall(b"i")
            time.sleep(1)
        self.assertEqual(self.rest(slow), b"")
        self.assertTrue(8 <= time.monotonic() - started < 13, f"after {time.monotonic() - started:.1f} s")
        self.nobody_else_noticed()

    def test_a_flood_of_connections_is_cut_and_leaves_nothing(self):
        self.start()
        open_ones = []
        refused = 0
        for _ in range(500):
            s = socket.socket(socket.AF_UNIX)
            self.addCleanup(s.close)
            s.settimeout(2)
            wait_for(lambda s=s: self.connected(s), what="room in the kernel's queue")
            open_ones.append(s)
        for s in open_ones:
            with contextlib.suppress(OSError):
                s.sendall(message("GetInfo"))
        for s in open_ones:
            try:
                refused += s.recv(100) == b""
            except ConnectionResetError:
                refused += 1
        self.assertEqual(refused, 500 - (CONNECTIONS_MAX - 1), "one of those that are served is the neighbour")
        self.assertIn("parameters", self.neighbour.call("GetInfo"))
        for s in open_ones:
            s.close()
        wait_for(lambda: self.served(), what="service after the flood")  # pylint: disable=unnecessary-lambda
        self.nobody_else_noticed()
        self.assertLess(len(os.listdir(f"/proc/{self.d.scannerd.pid}/fd")), 40, "descriptors stay open")

    def connected(self, s):
        with contextlib.suppress(BlockingIOError):
            s.connect(self.d.socket)
            return True

    def served(self):
        with contextlib.suppress(OSError), self.d.varlink() as v:
            return "parameters" in v.call("GetInfo")

    def resident_mib(self):
        with open(f"/proc/{self.d.scannerd.pid}/status", encoding="utf-8") as f:
            return int(next(line for line in f if line.startswith("VmRSS")).split()[1]) / 1024

    def test_who_asks_and_never_reads_is_dropped(self):
        self.start()
        s = self.connect(timeout=0.5)
        call = message("GetConfig")
        dropped = False
        for _ in range(100_000):
            try:
                s.sendall(call)
            except TimeoutError:
                continue  # scannerd reads no further calls for now
            except OSError:
                dropped = True
                break
        self.assertTrue(dropped, "it may ask for ever")
        self.assertIn("does not read its replies", self.d.log("scannerd"))
        self.assertLess(self.resident_mib(), 60)
        self.nobody_else_noticed()

    def test_a_monitor_that_never_reads_is_dropped_and_the_others_go_on(self):
        place = os.path.join(self.d.base, "fast")  # a change is a commit: this needs many
        mount_tmpfs(place)
        self.addCleanup(unmount, place)
        self.d.state = os.path.join(place, "state")
        self.start()
        idle, awake = self.d.varlink(), self.d.varlink(timeout=60)
        for v in (idle, awake):
            v.send("Monitor", more=True)
            self.assertEqual(v.receive()["parameters"]["event"], "hello")
            self.addCleanup(v.close)
        counted = self.count_changes(awake)
        deadline = time.monotonic() + 100
        with self.d.varlink(timeout=60) as v:
            while "does not read its replies" not in self.d.log("scannerd"):
                self.assertLess(time.monotonic(), deadline, "the idle monitor stays, and its queue grows")
                v.socket.sendall(message("ClearServers") * 2000)
                for _ in range(2000):
                    self.assertIn("parameters", v.receive())
        self.rest(idle.socket)  # its connection has an end
        before = len(counted)
        self.neighbour.call("AddServer", {"hostname": "later01"})
        wait_for(lambda: len(counted) > before, what="an event for the monitor that reads")
        self.assertLess(self.resident_mib(), 80)
        self.nobody_else_noticed()

    def count_changes(self, v):
        """A list that grows with every event that v gets."""
        counted = []

        def read():
            with contextlib.suppress(OSError, ValueError):
                while True:
                    v.receive()
                    counted.append(1)
        threading.Thread(target=read, daemon=True).start()
        return counted
