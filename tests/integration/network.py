"""network - a test network of namespaces (nethosts.sh), what its scanner really sent, and the processes of a scan."""
import ctypes
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from ipaddress import ip_address
from pathlib import Path

from harness import TOP, Deployment, DeploymentTest, program, wait_for

NETHOSTS = os.path.join(TOP, "tests", "nethosts.sh")
FAKES = os.path.join(TOP, "tests", "integration", "fake-nmap")
V4, V6 = "10.99.0.", "fd99::"
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET, SO_RCVBUFFORCE, ETH_P_ALL = 0x40000000, 33, 3


def socket_in(namespace, *arguments):
    """A socket of that namespace: a thread enters it, makes the socket and ends."""
    made = []

    def make():
        fd = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
        try:
            if LIBC.setns(fd, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), namespace)
            made.append(socket.socket(*arguments))
        finally:
            os.close(fd)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return made[0]


class Network:
    """Hosts "NAME:PORT,PORT" from nethosts.sh; the first one has 10.99.0.11 and fd99::b."""

    def __init__(self, prefix, *hosts):
        self.prefix, self.names = prefix, [h.split(":")[0] for h in hosts]
        self.scanner, self.bridge = f"{prefix}-scan", f"{prefix}-br"
        self.state = Path(f"/run/nethosts.{prefix}")
        subprocess.run([NETHOSTS, "up", prefix, *hosts], check=True)
        self.zone = (self.state / "hosts").read_text()

    def remove(self):
        subprocess.run([NETHOSTS, "down", self.prefix], check=True)

    def number(self, name):
        return self.names.index(name) + 11

    def v4(self, name):
        return V4 + str(self.number(name))

    def v6(self, name):
        return V6 + format(self.number(name), "x")

    def ip(self, name, *arguments):
        """The command ip in that host's namespace."""
        subprocess.run(["ip", "-n", f"{self.prefix}-h{self.number(name) - 10}", *arguments], check=True)

    def unplug(self, name):
        """The host is off: its end of the cable goes down, which keeps its addresses."""
        time.sleep(1.1)  # times are kept in seconds: seen in this one would be seen by a scan that begins in it
        subprocess.run(["ip", "-n", self.bridge, "link", "set", f"h{self.number(name) - 10}", "down"], check=True)

    def plug(self, name):
        subprocess.run(["ip", "-n", self.bridge, "link", "set", f"h{self.number(name) - 10}", "up"], check=True)

    def dns(self, renamed=None, more=()):
        """The zone as it was at first, with {address: new name or None} and more lines; returns when it is served."""
        lines = [line for line in self.zone.splitlines() if line.split()[0] not in (renamed or {})]
        lines += [f"{address} {name}" for address, name in (renamed or {}).items() if name]
        (self.state / "hosts").write_text("\n".join([*lines, *more]) + "\n")
        log = self.state / "dnsmasq.log"
        reads = log.read_text().count(f"read {self.state}/hosts")
        os.kill(int((self.state / "pids").read_text().split()[0]), signal.SIGHUP)
        wait_for(lambda: log.read_text().count(f"read {self.state}/hosts") > reads, what="the new names")


class Sniffer:
    """What the scanner sent into the network: the addresses asked for, and the TCP ports tried on each."""

    def __init__(self, network):
        self.addresses, self.ports = set(), {}
        # or the scanner's kernel would still ask for those that it knows from the scan before
        subprocess.run(["ip", "-n", network.scanner, "neigh", "flush", "all"], check=True)
        self.socket = socket_in(network.bridge, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        self.socket.bind(("scan", 0))
        self.socket.settimeout(0.1)
        self.ended = False
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while True:
            try:
                frame, where = self.socket.recvfrom(2048)
            except socket.timeout:
                if self.ended:
                    return
                continue
            if where[2] != socket.PACKET_OUTGOING:
                self._look(frame)

    def _look(self, frame):
        kind = struct.unpack("!H", frame[12:14])[0]
        packet = frame[14:]
        if kind == 0x0806 and packet[7] == 1:  # not an answer to a host that asks for the scanner
            self.addresses.add(str(ip_address(packet[24:28])))
        elif kind == 0x0800:
            self._ip(ip_address(packet[16:20]), packet[9], packet[(packet[0] & 15) * 4:])
        elif kind == 0x86dd:
            self._ip(ip_address(packet[24:40]), packet[6], packet[40:])
            if packet[6] == 58 and packet[40] == 135:  # a neighbour is looked for
                self.addresses.add(str(ip_address(packet[48:64])))

    def _ip(self, address, protocol, payload):
        self.addresses.add(str(address))
        if protocol == 6:
            self.ports.setdefault(str(address), set()).add(struct.unpack("!H", payload[2:4])[0])

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        time.sleep(0.2)
        self.ended = True
        self.thread.join()
        self.socket.close()


# --- processes ---


def stat_of(pid):
    """(state, parent) of a process, None if there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return fields[0], int(fields[1])


def lives(pid):
    stat = stat_of(pid)
    return stat is not None and stat[0] != "Z"


def children(parent):
    pids = (int(p) for p in os.listdir("/proc") if p.isdigit())
    return [p for p in pids if (stat := stat_of(p)) and stat[1] == parent and stat[0] != "Z"]


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


# --- deployments ---


class NetworkTest(DeploymentTest):
    """Both daemons, scannerd in the scanner's namespace of a network that the class has for all its tests."""
    hosts = ()
    subnets = [V4 + "8/29"]
    network_scan = {"ports": "22,80"}
    starter = None  # scannerd's own netscan

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise AssertionError("network namespaces need root")
        cls.net = Network(f"n{os.getpid()}", *cls.hosts)
        cls.addClassCleanup(cls.net.remove)

    def setUp(self):
        self.d = Deployment(netns=self.net.scanner, netscan=self.starter)
        self.addCleanup(self.no_process_is_left)
        self.addCleanup(self.d.remove)
        self.d.config.update(subnets_to_scan=self.subnets, network_scan=dict(self.network_scan))
        if self.start_daemons:
            self.d.start()

    def no_process_is_left(self):
        """Nothing but this test's own processes may be in the scanner's namespace now."""
        def pids():
            return subprocess.run(["ip", "netns", "pids", self.net.scanner], stdout=subprocess.PIPE, check=True).stdout.split()
        wait_for(lambda: not pids(), 5, "an empty namespace of the scanner")

    def configure(self, **changes):
        now = self.d.get("/api/config")
        answer = self.d.request("PUT", "/api/config", {**now["config"], **changes}, headers={"If-Match": now["revision"]})
        self.assertEqual(answer.status, 200, answer)

    def scan_servers(self, **more):
        return self.d.scan("servers", **more)

    def rows(self, query=""):
        """The servers by their address."""
        rows = self.d.get("/api/servers" + query)["servers"]
        self.assertEqual(len(rows), len({r["ip_address"] for r in rows}))
        return {r["ip_address"]: r for r in rows}

    def row(self, name):
        return self.rows()[self.net.v4(name)]

    def problems(self, scan):
        return [p["message"] for p in self.d.get(f"/api/scans/{scan}/problems")["problems"]]

    # --- a scan that runs ---

    def begin_slow_scan(self, **more):
        """One that takes minutes: (its number, netscan's pid, nmap's pid)."""
        self.configure(subnets_to_scan=[V4 + "0/24"], network_scan={"ports": "22,80", "max_rate": 7, **more})
        number = self.d.begin_scan("servers")
        return (number, *self.processes())

    def processes(self):
        def running():
            for netscan in children(self.d.scannerd.pid):
                for nmap in children(netscan):
                    if command_line(nmap) and command_line(nmap) != command_line(netscan):
                        return netscan, nmap
            return None
        return wait_for(running, what="nmap below netscan below scannerd")

    def cancel(self, number):
        answer = self.d.request("DELETE", f"/api/scan/{number}")
        self.assertEqual(answer.status, 200, answer)

    def healthy(self):
        """Both daemons are the ones that were started, and answer."""
        self.assertIsNone(self.d.scannerd.poll())
        self.assertIsNone(self.d.webd.poll())
        self.assertEqual(self.d.get("/api/health")["status"], "healthy")


class FakeTest(NetworkTest):
    """netscan behind a script that says which nmap it runs, so that each test can change it while all runs."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bc-fakes-")
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)  # netscan gives up root: everybody has to read what lies here
        shutil.copytree(FAKES, self.folder, dirs_exist_ok=True)
        os.chmod(self.folder, 0o755)
        self.starter = os.path.join(self.folder, "start-netscan")
        self.run_real_nmap()
        super().setUp()

    def start_script(self, text):
        """What scannerd starts as netscan from now on; exec keeps the process that LISTEN_PID names."""
        new = self.starter + ".new"
        with open(new, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\n" + text + "\n")
        os.chmod(new, 0o755)
        os.rename(new, self.starter)

    def run_real_nmap(self):
        self.start_script(f"exec {program('netscan')}")

    def run_fake_nmap(self, name):
        self.start_script(f"exec {program('netscan')} --nmap {os.path.join(self.folder, name)}")
