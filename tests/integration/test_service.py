"""scannerd and webd as services: sd_notify, passed sockets, the watchdog, signals, what is left behind, descriptors that run out."""
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
import unittest
from unittest import mock

from harness import DeploymentTest, big_tree, mount_tmpfs, program, unmount, wait_for, write_file

EX_TEMPFAIL = 75
# Moves descriptor $1 to 3 and says so as sd_listen_fds(3) describes it; exec keeps the pid.
ACTIVATE = 'if [ "$1" != 3 ]; then eval "exec 3<&$1 $1<&-"; fi; shift; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
HANGING_NMAP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake-nmap")


class Notifications(threading.Thread):
    """What a daemon tells its service manager: [(monotonic time, variable, value)]."""

    def __init__(self, directory):
        super().__init__(daemon=True)
        self.path = os.path.join(directory, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.seen = []
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                message = self.socket.recv(4096)
                now = time.monotonic()
                if not message:
                    return
                for line in message.decode().splitlines():
                    name, _, value = line.partition("=")
                    self.seen.append((now, name, value))

    def of(self, name):
        return [value for _, n, value in list(self.seen) if n == name]

    def times(self, name):
        return [when for when, n, _ in list(self.seen) if n == name]

    def names(self):
        return [n for _, n, _ in list(self.seen) if n not in ("WATCHDOG", "STATUS")]

    def environment(self, **more):
        return {"NOTIFY_SOCKET": self.path, **more}

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join(5)
        self.socket.close()


def descendants(pid):
    """{pid: command} of every process below pid."""
    parents, names = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as f:
                text = f.read()
            names[int(name)] = text[text.index("(") + 1:text.rindex(")")]
            parents[int(name)] = int(text.rpartition(")")[2].split()[1])
    below = {pid}
    while True:
        more = {p for p, parent in parents.items() if parent in below} - below
        if not more:
            return {p: names[p] for p in below - {pid}}
        below |= more


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class ServiceTest(DeploymentTest):
    start_daemons = False

    def setUp(self):
        super().setUp()
        self.notify = Notifications(self.d.base)
        self.addCleanup(self.notify.close)

    def start_scannerd(self, *args, **environment):
        self.d.start_scannerd(*args, env=self.notify.environment(**environment))

    def start_webd(self, *args, **environment):
        with mock.patch.dict(os.environ, self.notify.environment(**environment)):
            self.d.start_webd(*args)

    def hang_server_scans(self):
        """Scans of servers run until they are ended: the real netscan with an nmap that finds one host and then says nothing."""
        copy = os.path.join(self.d.base, "fake-nmap")
        subprocess.run(["cp", "-r", HANGING_NMAP, copy], check=True)  # its own folder may be closed to netscan's user
        self.d.netscan = os.path.join(self.d.base, "netscan")
        with open(self.d.netscan, "w", encoding="utf-8") as f:
            f.write(f"#!/bin/sh\nexec {program('netscan')} --nmap {copy}/hangs\n")
        os.chmod(self.d.netscan, 0o755)
        self.d.write_config(subnets_to_scan=["127.0.0.1"])

    def fill(self, directories=300):
        """Many files, quickly made."""
        place = os.path.join(self.d.backups, "many")
        mount_tmpfs(place)
        self.addCleanup(unmount, place)
        return big_tree(os.path.join(place, "tree"), directories)

    def interrupt(self, action=lambda: None):
        """Lets scannerd pause for longer than the time between two looks at a scan; what action() sends waits for it."""
        self.d.scannerd.send_signal(signal.SIGSTOP)
        action()
        time.sleep(0.4)
        self.d.scannerd.send_signal(signal.SIGCONT)

    def begin_and_interrupt(self, action=lambda: None):
        """The number of a scan of directories that has just begun."""
        with self.d.varlink() as v:
            number = v.call("StartScan", {"kind": "directories"})["parameters"]["scan"]
            self.interrupt(action)
        return number

    def wait_for_status(self, words):
        wait_for(lambda: any(words in s for s in self.notify.of("STATUS")), what=f"STATUS with {words!r} among {self.notify.of('STATUS')}")


class NotifyTest(ServiceTest):
    def test_scannerd_is_ready_when_its_socket_answers(self):
        self.d.write_config()
        self.d.start_scannerd(wait=False, env=self.notify.environment())
        wait_for(lambda: self.notify.of("READY") == ["1"], what="READY=1")
        with self.d.varlink() as v:
            self.assertIn("parameters", v.call("GetInfo"))

    def test_webd_is_ready_when_it_serves(self):
        self.d.start_scannerd()
        self.start_webd()
        wait_for(lambda: self.notify.of("READY") == ["1"], what="READY=1")
        self.assertEqual(self.d.get("/api/health")["status"], "healthy")
        self.wait_for_status("scannerd connected")

    def test_the_status_says_what_is_scanned_and_that_it_ended(self):
        self.hang_server_scans()
        self.fill()
        self.start_scannerd()
        self.d.start_webd()
        servers = self.d.begin_scan("servers")
        self.wait_for_status("Scanning servers: ")
        self.begin_and_interrupt()
        self.wait_for_status(" files; Scanning servers: ")
        self.assertEqual(self.d.request("DELETE", f"/api/scan/{servers}").status, 200)
        self.assertEqual(self.d.ended_scan(servers)["state"], "cancelled")
        wait_for(lambda: self.notify.of("STATUS")[-1] == "Idle", what="Idle at the end")

    def test_the_watchdog_is_fed_twice_in_its_time_also_during_a_scan(self):
        self.fill()
        for name, start in (("scannerd", self.start_scannerd), ("webd", self.start_webd)):
            with self.subTest(name):
                start(WATCHDOG_USEC="400000")
                wait_for(lambda: self.notify.of("READY"), what="READY=1")
                del self.notify.seen[:]
                if self.d.webd:
                    self.d.scan()
                else:
                    with self.d.varlink() as v:
                        v.call("StartScan", {"kind": "directories"})
                time.sleep(2)
                times = self.notify.times("WATCHDOG")
                self.d.stop()
                if name == "scannerd":
                    self.d.start_scannerd()
                gaps = [b - a for a, b in zip(times, times[1:])]
                self.assertTrue(8 <= len(times) <= 14 + (name == "webd") * 10, f"{len(times)} in 2 s and more")
                self.assertLess(max(gaps), 0.4, "systemd would have ended it")

    def test_without_a_watchdog_nothing_is_fed(self):
        self.start_scannerd()
        time.sleep(0.5)
        self.assertEqual(self.notify.of("WATCHDOG"), [])

    def test_sighup_reloads_the_file_and_says_so(self):
        self.start_scannerd()
        self.d.start_webd()
        before = self.d.get("/api/config")
        self.d.write_config(generic_names=["newword"])
        del self.notify.seen[:]
        self.d.scannerd.send_signal(signal.SIGHUP)
        wait_for(lambda: self.notify.names()[:2] == ["RELOADING", "READY"], what="RELOADING, READY")
        after = self.d.get("/api/config")
        self.assertEqual(after["config"]["generic_names"], ["newword"])
        self.assertNotEqual(after["revision"], before["revision"])

    def test_sighup_with_a_wrong_file_keeps_the_settings_in_force(self):
        self.start_scannerd()
        self.d.start_webd()
        before = self.d.get("/api/config")
        with open(self.d.config_path, "w", encoding="utf-8") as f:
            f.write('{"directories_to_scan": ["relative"], "subnets_to_scan": []}')
        del self.notify.seen[:]
        self.d.scannerd.send_signal(signal.SIGHUP)
        wait_for(lambda: self.notify.names()[:2] == ["RELOADING", "READY"], what="RELOADING, READY")
        self.assertEqual(self.d.get("/api/config")["revision"], before["revision"])
        self.assertIn("directories_to_scan[0]", self.d.log("scannerd"))

    def test_sighup_does_not_disturb_webd(self):
        self.d.start_scannerd()
        self.start_webd()
        wait_for(lambda: self.notify.of("READY"), what="READY=1")
        del self.notify.seen[:]
        self.d.webd.send_signal(signal.SIGHUP)
        wait_for(lambda: self.notify.names()[:2] == ["RELOADING", "READY"], what="RELOADING, READY")
        self.assertEqual(self.d.get("/api/health")["status"], "healthy")

    def test_a_lost_notify_socket_is_no_reason_to_fail(self):
        self.d.start_scannerd(env={"NOTIFY_SOCKET": os.path.join(self.d.base, "nobody-listens")})
        self.assertEqual(self.d.end(self.d.scannerd), 0)


class FirstScanTest(ServiceTest):
    def test_an_interval_that_has_never_begun_begins_with_the_start_and_only_then(self):
        self.d.write_config(schedule={"directories": "@every 1h", "servers": "off"})
        for scans in (1, 1):
            self.d.start()
            wait_for(lambda: self.d.get("/api/scans")["scans"], 3, "the first scan")
            time.sleep(1)
            self.assertEqual([s["requested_by"] for s in self.d.get("/api/scans")["scans"]], ["schedule"] * scans)
            self.d.stop()


class EndTest(ServiceTest):
    def ends_cleanly(self, process, how=signal.SIGTERM):
        """Within seconds, with code 0, after STOPPING=1 and without a process left."""
        below = descendants(process.pid)
        started = time.monotonic()
        self.assertEqual(self.d.end(process, how, seconds=8), 0)
        self.assertLess(time.monotonic() - started, 5)
        wait_for(lambda: not [p for p in below if alive(p)], 5, f"the end of {below}")
        wait_for(lambda: self.notify.of("STOPPING") == ["1"], 2, "STOPPING=1")
        return below

    def test_sigterm_and_sigint_end_idle_daemons(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(how):
                self.start_scannerd()
                del self.notify.seen[:]
                self.ends_cleanly(self.d.scannerd, how)
                self.d.start_scannerd()
                self.start_webd()
                del self.notify.seen[:]
                self.ends_cleanly(self.d.webd, how)
                self.d.stop()

    def test_sigterm_during_a_scan_of_directories_leaves_the_last_index(self):
        self.d.start()
        old = write_file(os.path.join(self.d.backups, "old.tar"))
        self.d.scan()
        self.d.stop()
        self.fill()
        self.start_scannerd()
        number = self.begin_and_interrupt(self.d.scannerd.terminate)
        self.ends_cleanly(self.d.scannerd)
        self.assertEqual(self.d.sql("SELECT state FROM v_scans WHERE id = ?", number), [("cancelled",)])
        self.assertEqual(self.d.sql("SELECT filepath FROM scanned_files"), [(old,)])
        self.assertEqual(self.d.sql("SELECT count(*) FROM files"), [(1,)], "staged rows stay")

    def test_sigterm_during_a_scan_of_servers_ends_netscan_and_nmap_too(self):
        self.hang_server_scans()
        self.start_scannerd()
        self.d.start_webd()
        number = self.d.begin_scan("servers")
        wait_for(lambda: "sleep" in descendants(self.d.scannerd.pid).values(), what="the hanging nmap")
        below = self.ends_cleanly(self.d.scannerd)
        self.assertLessEqual({"netscan", "sleep"}, set(below.values()))
        self.assertEqual(self.d.sql("SELECT state FROM v_scans WHERE id = ?", number), [("cancelled",)])

    def test_a_killed_scannerd_takes_netscan_and_nmap_along(self):
        self.hang_server_scans()
        self.d.start()
        self.d.begin_scan("servers")
        wait_for(lambda: "sleep" in descendants(self.d.scannerd.pid).values(), what="the hanging nmap")
        below = descendants(self.d.scannerd.pid)
        self.d.scannerd.kill()
        self.d.scannerd.wait()
        wait_for(lambda: not [p for p in below if alive(p)], 10, f"the end of {below}")

    def test_sigterm_ends_webd_while_pages_listen_and_a_list_is_streamed(self):
        self.fill()
        self.d.start_scannerd()
        self.start_webd()
        self.d.scan()
        with contextlib.ExitStack() as open_ones:
            for path in ("/api/events", "/api/files", "/api/files.csv"):
                s = open_ones.enter_context(socket.create_connection(("127.0.0.1", self.d.port)))
                s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.d.port}\r\n\r\n".encode())
                self.assertTrue(s.recv(12).startswith(b"HTTP/1.1 20"))
            del self.notify.seen[:]
            self.ends_cleanly(self.d.webd)

    def test_a_second_scannerd_refuses_and_does_not_disturb_the_first(self):
        self.d.start()
        other = os.path.join(self.d.base, "other.sock")
        for arguments, what in (((), "the same state and socket"), (("--socket", other), "the same state")):
            with self.subTest(what):
                code, said = self.d.run_scannerd(*arguments)
                self.assertEqual(code, EX_TEMPFAIL, said)
                self.assertIn(str(self.d.scannerd.pid), said)
        code, said = self.d.run_scannerd("--state", os.path.join(self.d.base, "state2"))
        self.assertEqual(code, 69, said)
        self.assertIn("another process listens", said)
        self.assertEqual(self.d.scan()["state"], "succeeded")

    def test_a_socket_left_by_a_killed_scannerd_is_replaced(self):
        self.d.start_scannerd()
        self.d.scannerd.kill()
        self.d.scannerd.wait()
        self.assertTrue(os.path.exists(self.d.socket))
        self.d.start_scannerd()


class ActivationTest(ServiceTest):
    def activate(self, listening, name, *args, **more):
        with open(os.path.join(self.d.base, name + ".log"), "ab") as log:
            self.d.logs[name] = log.name
            process = subprocess.Popen(["bash", "-c", ACTIVATE, "activate", str(listening.fileno()), program(name), *args],
                                       pass_fds=(listening.fileno(),), stdin=subprocess.DEVNULL, stderr=log,
                                       env={**os.environ, **self.notify.environment()}, **more)
        self.addCleanup(self.d.end, process)
        return process

    def test_scannerd_serves_a_passed_socket_also_those_who_came_before_it(self):
        self.d.write_config()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self.d.socket)
            listening.listen(16)
            early = self.d.varlink()
            early.send("GetInfo")
            process = self.activate(listening, "scannerd", "--config", self.d.config_path, "--state", self.d.state)
            self.assertIn("parameters", early.receive())
            early.close()
            self.assertEqual(self.d.end(process), 0)
            self.assertTrue(os.path.exists(self.d.socket), "the service manager's socket was removed")

    def test_webd_serves_passed_sockets_instead_of_its_own(self):
        self.d.start_scannerd()
        for family, address in ((socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_UNIX, os.path.join(self.d.base, "web.sock"))):
            with self.subTest(family), socket.socket(family) as listening:
                listening.bind(address)
                listening.listen(16)
                early = socket.socket(family)
                early.connect(listening.getsockname())
                early.settimeout(20)
                early.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                process = self.activate(listening, "webd", "--database", self.d.database, "--socket", self.d.socket,
                                        "--listen", "127.0.0.1:1", "--auth", "none", stdout=subprocess.PIPE)
                answer = b""
                while chunk := early.recv(65536):
                    answer += chunk
                early.close()
                self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
                self.assertIn(b'"healthy"', answer)
                self.assertEqual(self.d.end(process), 0)

    def test_variables_for_another_process_are_not_taken(self):
        self.d.write_config()
        self.d.start_scannerd(env={"LISTEN_PID": "1", "LISTEN_FDS": "1"})


class DescriptorTest(ServiceTest):
    def stays_calm(self, process, connect):
        """200 connections and 64 descriptors: no busy loop, no flood of log lines, and service again when they are gone."""
        with contextlib.ExitStack() as stack:
            for _ in range(200):
                s = stack.enter_context(connect())
                s.setblocking(False)
            time.sleep(0.5)
            before = cpu_seconds(process.pid)
            time.sleep(3)
            self.assertLess(cpu_seconds(process.pid) - before, 0.3, "a busy loop")
        self.assertIsNone(process.poll())

    @staticmethod
    def unix(path):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(0.2)
        with contextlib.suppress(BlockingIOError, TimeoutError):
            s.connect(path)
        return s

    def test_scannerd_without_descriptors_waits_and_serves_again(self):
        self.d.start_scannerd(prefix=("prlimit", "--nofile=64:64"))
        self.stays_calm(self.d.scannerd, lambda: self.unix(self.d.socket))
        self.assertLess(self.d.log("scannerd").count("\n"), 400)
        wait_for(lambda: self.d._scannerd_answers(), 10, "an answer after the flood")  # pylint: disable=protected-access


if __name__ == "__main__":
    unittest.main()
