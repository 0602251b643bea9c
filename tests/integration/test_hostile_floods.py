"""What a webd that was broken into can heap upon scannerd: descriptors, connections, halves of messages, monitors, locks. All of it has an end, and others are served meanwhile."""
import array
import contextlib
import fcntl
import os
import socket
import sqlite3
import struct
import threading
import time
import unittest

from harness import wait_for, write_file
from hostile import SCANNER, SERVICE, HostileDeployment, Watch, bytes_of, more_descriptors

DESCRIPTORS = 253  # SCM_MAX_FD of unix(7)
CONNECTIONS_MAX = 64
# https://www.sqlite.org/walformat.html#locks: bytes of the -shm file; and of the database, https://www.sqlite.org/src/file/src/os.h
WAL_WRITE, WAL_CHECKPOINT, WAL_RECOVER, WAL_READERS, WAL_LOCKS_END = 120, 121, 122, 123, 128
PENDING, SHARED_END = 0x40000000, 0x40000000 + 512


class FloodTest(unittest.TestCase):
    def setUp(self):
        more_descriptors()
        self.d = HostileDeployment()
        self.addCleanup(self.d.remove)
        write_file(os.path.join(self.d.backups, "web01-2026-11-20.tar"))
        self.d.config.update(limits={"sign_in": "webd"})
        self.d.write_config()
        self.d.start_scannerd()
        self.watch = Watch(self.d)

    def connect(self):
        v = self.d.webds()
        self.addCleanup(v.close)
        return v


class DescriptorsTest(FloodTest):
    def test_descriptors_that_come_with_messages_are_closed(self):
        v, before = self.connect(), self.d.descriptors()
        with open("/dev/null", "rb") as null:
            passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null.fileno()] * DESCRIPTORS))]
            for n in range(200):
                v.socket.sendmsg([bytes_of("GetInfo")], passed)
                self.assertIn("version", v.receive()["parameters"])
                if n % 50 == 0:
                    self.assertLessEqual(self.d.descriptors(), before + 2)
        self.watch.look()
        self.assertLessEqual(self.d.descriptors(), before + 2)

    def test_descriptors_within_half_messages_are_closed_with_their_connection(self):
        before = self.d.descriptors()
        with open("/dev/null", "rb") as null:
            passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null.fileno()] * DESCRIPTORS))]
            for _ in range(100):
                with self.d.webds() as v:
                    v.socket.sendmsg([b'{"method":"'], passed)
        wait_for(lambda: self.d.descriptors() <= before + 2, what="the end of descriptors")
        self.watch.look()

    def test_sixty_four_descriptors_of_its_own_do_not_spin_the_loop(self):
        """Where the limit is low, accepting pauses; and goes on by itself."""
        self.d.end(self.d.scannerd)
        self.d.start_scannerd(prefix=("prlimit", "--nofile=48:48"))
        lines = self.d.log_lines()
        open_ones = [self.connect() for _ in range(60)]
        time.sleep(0.5)
        busy = self.d.processor_seconds()
        time.sleep(3)
        self.assertLess(self.d.processor_seconds() - busy, 1)
        self.assertLess(self.d.log_lines() - lines, 30)
        for v in open_ones:
            v.close()
        wait_for(self.served, what="service afterwards")

    def served(self):
        with contextlib.suppress(OSError), self.d.varlink(timeout=2) as v:
            return "parameters" in v.call("GetInfo")


class ConnectionsTest(FloodTest):
    def test_ten_thousand_connections_one_after_the_other_leave_nothing(self):
        for _ in range(500):
            self.d.webds().close()
        self.watch.look()
        before, lines = (self.d.descriptors(), self.d.resident_kib()), self.d.log_lines()
        for n in range(10_000):
            v = self.d.webds()
            with contextlib.suppress(OSError):
                v.socket.send((b"", b'{"meth', bytes_of("GetInfo"), b"\0")[n % 4])
            v.close()
        wait_for(lambda: self.d.descriptors() <= before[0] + 2, what="the end of connections")
        self.watch.look()
        self.assertLess(self.d.resident_kib(), before[1] + 8 * 1024)
        self.assertLess(self.d.log_lines() - lines, 60)

    def test_who_holds_its_connections_half_closed_or_half_said_is_left_after_a_while(self):
        kinds = []
        for n in range(CONNECTIONS_MAX - 4):
            v = self.connect()
            v.socket.send(b'{"method":"org.varl')
            if n % 2:
                v.socket.shutdown(socket.SHUT_WR)
            kinds.append(v)
        begun = time.monotonic()
        while time.monotonic() - begun < 9:
            for v in kinds[::2]:
                with contextlib.suppress(OSError):
                    v.socket.send(b"i")
            self.watch.look()
            time.sleep(0.2)
        for v in kinds:
            with contextlib.suppress(ConnectionResetError):
                self.assertEqual(v.socket.recv(100), b"")
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])

    def test_a_webd_that_takes_every_connection_does_not_keep_root_out(self):
        taken = [self.connect() for _ in range(2 * CONNECTIONS_MAX)]
        for v in taken:
            with contextlib.suppress(OSError):
                v.socket.send(bytes_of("Monitor")[:-1])  # and never the end of it
        for _ in range(5):
            with self.d.varlink() as root:
                self.assertIn("parameters", root.call("GetInfo"))

    def test_a_megabyte_that_comes_in_crumbs_costs_little(self):
        """Each crumb has the whole looked at again: that must stay cheap."""
        v, other = self.connect(), self.connect()
        v.socket.sendall(b'{"method":"' + b"x" * 900_000)
        busy, crumbs, end = self.d.processor_seconds(), 0, time.monotonic() + 5
        with contextlib.suppress(OSError):
            while time.monotonic() < end:
                v.socket.send(b"x")
                crumbs += 1
                if crumbs % 500 == 0:
                    begun = time.monotonic()
                    other.call("GetInfo")
                    self.watch.times.append(time.monotonic() - begun)
        self.assertGreater(crumbs, 500)
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])
        print(f"{crumbs} crumbs in {self.d.processor_seconds() - busy:.2f} s of processor time")

    def test_as_many_monitors_as_connections_are_told_and_leave_nothing(self):
        before = (self.d.descriptors(), self.d.resident_kib())
        for _ in range(3):
            monitors = []
            for _ in range(CONNECTIONS_MAX - 4):
                v = self.connect()
                v.send("Monitor", more=True)
                self.assertEqual(v.receive()["parameters"]["event"], "hello")
                monitors.append(v)
            with self.d.webds() as v:
                for i in range(50):
                    v.call("AddServer", {"hostname": f"web{i}"})
                v.call("ClearServers")
            for v in monitors[::2]:
                self.assertEqual(v.receive()["parameters"]["event"], "changed")
            for v in monitors:
                v.close()
        wait_for(lambda: self.d.descriptors() <= before[0] + 2, what="the end of monitors")
        self.watch.look()
        self.assertLess(self.d.resident_kib(), before[1] + 24 * 1024)

    def test_a_quiet_monitor_is_one_too(self):
        """One way and more: nothing is told, nothing that follows is done, and the connection can go."""
        v = self.connect()
        v.socket.sendall(bytes_of("Monitor", more=True, oneway=True) + bytes_of("AddServer", {"hostname": "late01"}))
        self.connect().call("AddServer", {"hostname": "web01"})
        v.socket.settimeout(1)
        with self.assertRaises(TimeoutError):
            v.socket.recv(100)
        self.assertEqual(self.d.sql("SELECT hostname FROM v_servers"), [("web01",)])
        v.close()
        self.watch.look()

    def test_who_asks_for_much_and_reads_nothing_costs_bounded_memory(self):
        config = self.connect().call("GetConfig")["parameters"]["config"]
        reply = self.connect().call("SetConfig", {"config": {**config, "rules": [{"path": f"*{i}.{'x' * 400}", "ignore": True} for i in range(400)]}})
        self.assertIn("revision", reply["parameters"], reply)
        before = self.d.resident_kib()
        idle = [self.connect() for _ in range(CONNECTIONS_MAX - 4)]
        for v in idle:
            v.socket.settimeout(0.05)
            with contextlib.suppress(OSError):
                for _ in range(40):
                    v.socket.sendall(bytes_of("GetConfig"))
        for _ in range(20):
            self.watch.look()
            time.sleep(0.1)
        self.assertLess(self.d.resident_kib(), before + CONNECTIONS_MAX * 5 * 1024, "more than each connection's output")
        for v in idle:
            v.close()
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])


class LockTest(FloodTest):
    """webd's user may read the database, and so may lock what readers lock."""

    def lock(self, path, start, length):
        """A read lock of webd's; waits while scannerd holds its own. The descriptor keeps it."""
        with self.d.as_webd():
            fd = os.open(path, os.O_RDONLY)
        self.addCleanup(lambda: self.unlock(fd))

        def taken():
            with contextlib.suppress(BlockingIOError):
                fcntl.fcntl(fd, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, start, length, 0))
                return True
        wait_for(taken, what="the lock")
        return fd

    @staticmethod
    def unlock(fd):
        with contextlib.suppress(OSError):
            os.close(fd)

    def scan(self):
        """A scan's end: succeeded, failed, or what refused it."""
        with self.d.webds(timeout=60) as v:
            v.send("Monitor", more=True)
            with self.d.webds(timeout=60) as other:
                reply = other.call("StartScan", {"kind": "directories"})
            if "error" in reply:
                return reply["error"]
            while True:
                event = v.receive()["parameters"]
                scan = event.get("scan") or {}
                if scan.get("scan") == reply["parameters"]["scan"] and scan["state"] not in ("running", "queued"):
                    return scan["state"]

    def test_webds_user_may_write_none_of_its_files(self):
        with self.d.as_webd():
            for name in os.listdir(self.d.state):
                with self.assertRaises(OSError, msg=name):
                    os.close(os.open(os.path.join(self.d.state, name), os.O_RDWR))
            with self.assertRaises(PermissionError):
                os.close(os.open(os.path.join(self.d.state, "new"), os.O_CREAT | os.O_WRONLY))
            with self.assertRaises(PermissionError):
                os.close(os.open(os.path.join(self.d.state, "accounts.db"), os.O_RDONLY))
            with contextlib.closing(sqlite3.connect(f"file:{self.d.database}", uri=True, isolation_level=None)) as db:
                for sql in ("BEGIN IMMEDIATE", "DELETE FROM servers", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode=DELETE", "VACUUM"):
                    with contextlib.suppress(sqlite3.DatabaseError):
                        db.execute(sql)
        self.assertEqual(self.scan(), "succeeded")
        self.assertEqual(self.d.sql("PRAGMA journal_mode"), [("wal",)])

    def test_a_reader_that_never_ends_stops_no_scan_and_its_log_shrinks_afterwards(self):
        with self.d.as_webd():
            reader = sqlite3.connect(f"file:{self.d.database}?mode=ro", uri=True, isolation_level=None)
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM v_servers").fetchall()
        with self.d.webds() as v:
            for n in range(3):
                for i in range(100):
                    v.send("AddServer", {"hostname": f"web{n}-{i}", "note": "x" * 900})
                for _ in range(100):
                    self.assertIn("id", v.receive()["parameters"])
                self.assertEqual(self.scan(), "succeeded")
        wal = self.d.database + "-wal"
        kept = os.path.getsize(wal)
        self.assertEqual(reader.execute("SELECT count(*) FROM v_servers").fetchall(), [(0,)], "the reader's snapshot")
        reader.close()
        self.d.end(self.d.scannerd)
        self.assertLess(os.path.getsize(wal), kept)
        self.assertEqual(self.d.sql("SELECT count(*) FROM servers"), [(300,)])

    def test_locks_of_readers_stop_no_scan(self):
        shm = self.d.database + "-shm"
        for name, path, start, end in (("one reader's", shm, WAL_READERS, WAL_READERS + 1), ("all readers'", shm, WAL_READERS, WAL_LOCKS_END), ("the checkpoint's", shm, WAL_CHECKPOINT, WAL_CHECKPOINT + 1),
                                       ("the recovery's", shm, WAL_RECOVER, WAL_RECOVER + 1), ("the index's own", shm, WAL_LOCKS_END, WAL_LOCKS_END + 1), ("the database's", self.d.database, PENDING, SHARED_END)):
            with self.subTest(name):
                fd = self.lock(path, start, end - start)
                self.assertEqual(self.scan(), "succeeded")
                self.watch.look()
                self.unlock(fd)

    def test_a_lock_on_the_writers_place_delays_once_fails_by_name_and_leaves_nothing(self):
        """A denial of service, which only ending webd ends: but it is told, bounded, and over with the lock."""
        fd = self.lock(self.d.database + "-shm", WAL_WRITE, 1)
        lines = self.d.log_lines()
        errors, begun = [], time.monotonic()
        with self.d.webds(timeout=100) as v:
            for i in range(100):
                v.send("AddServer", {"hostname": f"web{i}"})
            for _ in range(100):
                errors.append(v.receive().get("error"))
                self.watch.look()
        took = time.monotonic() - begun
        self.assertEqual(set(errors), {SCANNER + "Database"})
        self.assertEqual(self.scan(), SCANNER + "Database")
        self.assertLess(took, 50, "each waited as long as the first")
        self.assertLess(self.d.log_lines() - lines, 60)
        self.assertIn("AddServer: storing the server: database is locked", self.d.log("scannerd"))
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])
        self.unlock(fd)
        self.assertEqual(self.scan(), "succeeded")
        self.assertEqual(self.d.sql("SELECT count(*) FROM servers"), [(0,)], "nothing that was refused is done later")

    def test_it_stops_in_time_while_much_waits_for_a_lock(self):
        self.lock(self.d.database + "-shm", WAL_WRITE, 1)
        with self.d.webds() as v:
            v.socket.sendall(b"".join(bytes_of("AddServer", {"hostname": f"web{i}"}, oneway=True) for i in range(500)))
            others = [self.connect() for _ in range(40)]
            for other in others:
                other.socket.sendall(bytes_of("ClearServers"))
            begun = time.monotonic()
            self.assertEqual(self.d.end(self.d.scannerd, seconds=20), 0)
            self.assertLess(time.monotonic() - begun, 20)


class ManyAtOnceTest(FloodTest):
    def test_all_of_it_together(self):
        stop = threading.Event()

        def flood(n):
            while not stop.is_set():
                with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as s:
                    s.settimeout(2)
                    s.connect(self.d.socket)
                    if n % 3 == 0:
                        s.sendall(bytes_of("Monitor", more=True))
                        s.recv(100)
                    elif n % 3 == 1:
                        s.sendall(b"".join(bytes_of("ExplainMatch", {"path": f"/srv/{i}"}) for i in range(200)))
                    else:
                        s.sendall(bytes_of(SERVICE + "GetInfo") + b"nonsense\0")
                        s.recv(10_000)
        before = self.d.descriptors()
        with self.d.as_webd():
            threads = [threading.Thread(target=flood, args=(n,)) for n in range(12)]
            for t in threads:
                t.start()
            with self.d.varlink(timeout=20) as v:  # was there before; it is not disturbed
                end = time.monotonic() + 5
                while time.monotonic() < end:
                    begun = time.monotonic()
                    self.assertIn("version", v.call("GetInfo")["parameters"])
                    self.watch.times.append(time.monotonic() - begun)
            stop.set()
            for t in threads:
                t.join()
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])
        wait_for(lambda: self.d.descriptors() <= before + 2, what="the end of connections")


if __name__ == "__main__":
    unittest.main()
