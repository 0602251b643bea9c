"""daemons.py BUILD TREE WORK HOSTS - index, rescan, pages, lists, memory and cold start of the real daemons, with find(1) beside each scan."""
import contextlib
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

build, tree, work, hosts = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
os.environ["BC_BUILD"] = build
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
import harness  # noqa: E402
from names import host_name  # noqa: E402

ROUNDS = 5
HASTY_PAGES = 3  # as many as one turns before an order is there
REST_S = 0.3


def timed(function):
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


def find():
    with open(os.devnull, "wb") as null:
        subprocess.run(["find", tree, "-printf", "%p %T@ %s\n"], stdout=null, check=True)


def memory_mib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmHWM")) / 1024


def row(what, ours, peer=None, target=None):
    text = f"{what:<58} {ours:9.3f}"
    if peer is not None:
        text += f"  peer {peer:8.3f}  ratio {ours / peer:5.2f}"
    if target is not None:
        text += f"  (target {target})"
    print(text, flush=True)


class Bench:
    def __init__(self):
        self.base = os.path.join(work, "state")
        shutil.rmtree(self.base, ignore_errors=True)
        os.makedirs(self.base)
        self.d = harness.Deployment(directory=self.base)
        self.d.write_config(directories_to_scan=[tree])

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.d.port, timeout=300)

    def fetch(self, connection, path):
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status} {body[:300]!r}")
        return body

    def scan(self):
        return self.d.scan(wait=600)

    def full_index(self):
        """Each round on an empty index: cleared, then scanned; find right before."""
        ratios, ours = [], []
        for _ in range(ROUNDS):
            self.d.request("DELETE", "/api/files")
            time.sleep(1)
            peer, _ = timed(find)
            mine, _ = timed(self.scan)
            ratios.append(mine / peer)
            ours.append(mine)
            print(f"  full index {mine:.2f} s, find {peer:.2f} s, ratio {mine / peer:.2f}", flush=True)
        print(f"full index: median {statistics.median(ours):.2f} s, median ratio {statistics.median(ratios):.2f} (target 0.7)")

    def rescan(self):
        ratios, ours = [], []
        for _ in range(ROUNDS):
            peer, _ = timed(find)
            mine, _ = timed(self.scan)
            ratios.append(mine / peer)
            ours.append(mine)
        print(f"rescan, nothing changed: median {statistics.median(ours):.2f} s, median ratio {statistics.median(ratios):.2f} (target 0.5)")

    def add_hosts(self):
        """All but one, which is kept for one_more_server()."""
        with self.d.varlink(timeout=300) as v:
            started = time.perf_counter()
            for i in range(hosts - 1):
                answer = v.call("AddServer", {"hostname": host_name(i)})
                if "error" in answer:
                    raise SystemExit(str(answer))
            row(f"adding {hosts - 1} servers by hand, one call each, s", time.perf_counter() - started)
        time.sleep(10)  # matching again has caught up, and rested

    def read_pages(self, stop, times):
        c = self.connection()
        while not stop.is_set():
            for path in ("/api/files?limit=100", "/api/servers?limit=100", "/api/summary"):
                times.append(timed(lambda p=path: self.fetch(c, p))[0])

    def one_more_server(self):
        """As a person sees it: from the request until its backups are shown, while others read pages."""
        name, waits, latencies = host_name(hosts - 1), [], []
        c = self.connection()
        for _ in range(ROUNDS):
            stop = threading.Event()
            reader = threading.Thread(target=self.read_pages, args=(stop, latencies))
            reader.start()
            time.sleep(0.2)
            started = time.perf_counter()
            server = self.d.add_server(hostname=name)["id"]
            while json.loads(self.fetch(c, f"/api/servers/{server}"))["server"]["backup_count"] == 0:
                time.sleep(0.005)
            waits.append(time.perf_counter() - started)
            stop.set()
            reader.join()
            self.d.request("DELETE", f"/api/servers/{server}")
            time.sleep(3)
        row("one more server: every file matched, judged, shown, s", statistics.median(waits), target="0.5")
        row("meanwhile, reading pages: worst, ms", max(latencies) * 1000)
        self.d.add_server(hostname=name)
        time.sleep(3)

    def statuses(self):
        c = self.connection()
        self.fetch(c, "/api/summary")
        times = [timed(lambda: self.fetch(c, "/api/summary"))[0] for _ in range(5)]
        row(f"status of {hosts} servers (GET /api/summary), ms", statistics.median(times) * 1000, target="50")

    def webd_ms(self):
        """Processor time that webd has used."""
        total = 0
        for task in os.listdir(f"/proc/{self.d.webd.pid}/task"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                with open(f"/proc/{self.d.webd.pid}/task/{task}/schedstat", encoding="ascii") as f:
                    total += int(f.read().split()[0])
        return total / 1e6

    def until_rest(self):
        """When webd had done its last work."""
        used, since = self.webd_ms(), time.perf_counter()
        while time.perf_counter() - since < REST_S:
            time.sleep(0.01)
            if self.webd_ms() - used > 1:
                used, since = self.webd_ms(), time.perf_counter()
        return since

    def next_pages(self, connection, path, body, count):
        """ms of each of the pages that follow, and the last of them."""
        times = []
        while len(times) < count and (cursor := json.loads(body)["next"]):
            spent, body = timed(lambda c=cursor: self.fetch(connection, f"{path}&cursor={c}"))
            times.append(spent * 1000)
        return times, body

    def pages(self):
        """Whoever turns pages at once is answered without the order of the sort, which the first page had webd begin."""
        c = self.connection()
        for sort in ("id", "last_modified", "size", "filename"):
            path = f"/api/files?limit=100&sort={sort}&order=desc"
            self.until_rest()
            used = self.webd_ms()
            first, body = timed(lambda p=path: self.fetch(c, p))
            answered = time.perf_counter()
            row(f"page of 100 files by {sort}: first, ms", first * 1000)
            hasty, body = self.next_pages(c, path, body, HASTY_PAGES)
            built = self.until_rest()
            if sort != "id":  # has its order
                row(f"  at once behind it, worst of {HASTY_PAGES}, ms", max(hasty))
                row("  its order is built after, ms", (built - answered) * 1000)
                row("  processor time of webd for all of that, ms", self.webd_ms() - used)
            times, body = self.next_pages(c, path, body, 40)
            row("  later, worst of 40, ms", max(times), target="20")

    def searches(self):
        """As the dashboard asks: a page of what is found, the newest first; the sketch is there, because somebody has paged through the files."""
        c = self.connection()
        path = "/api/files?limit=100&sort=last_modified&order=desc&total=cheap"
        self.fetch(c, path)
        self.until_rest()
        some = [("a host's name", "q=" + host_name(77 * i)) for i in range(1, 6)] + [("a day", f"q=2025{i:02}11") for i in range(1, 6)]
        nowhere = [("what is nowhere", f"q=quagga{i}") for i in range(5)]
        servers = [("of a server, that count", f"counts=1&server={100 * i}") for i in range(1, 6)]
        times = {}
        for what, query in some + nowhere + servers:
            self.until_rest()
            times.setdefault(what, []).append(timed(lambda q=query: self.fetch(c, f"{path}&{q}"))[0] * 1000)
        for what, each in times.items():
            row(f"page of 100 files {what if what.startswith('of') else f'whose path has {what}'}: worst of {len(each)}, ms", max(each))

    def previews(self):
        """As the work list asks: for a group's rule, which says where its files lie, and for one of all files."""
        for what, path in (("a rule for one directory", "g001/*"), ("a rule for an ending", "*.zst")):
            times = []
            for _ in range(3):
                spent, answer = timed(lambda p=path: self.d.request("POST", "/api/rules/preview", body={"rule": {"path": p, "ignore": True}}))
                assert answer.json["result"]["complete"] and answer.json["result"]["files"] > 0, answer
                times.append(spent * 1000)
            row(f"preview of {what}: worst of 3, ms", max(times))

    def lists(self):
        c = self.connection()
        self.fetch(c, "/api/servers?limit=1")
        times = [timed(lambda: self.fetch(c, "/api/servers")) for _ in range(5)]
        row(f"GET /api/servers ({len(times[0][1]) >> 20} MiB), s", min(t[0] for t in times), target="0.3")
        spent, body = timed(lambda: self.fetch(c, "/api/files"))
        row(f"GET /api/files ({len(body) >> 20} MiB), s", spent)
        spent, body = timed(lambda: self.fetch(c, "/api/files.csv"))
        row(f"GET /api/files.csv ({len(body) >> 20} MiB), s", spent)

    def cold_start(self):
        self.d.stop()
        started = time.perf_counter()
        self.d.start_scannerd(wait=False)
        while not os.path.exists(self.d.socket):
            time.sleep(0.001)
        self.d.start_webd()
        self.fetch(self.connection(), "/api/health")
        row("cold start of both daemons to the first answer, ms", (time.perf_counter() - started) * 1000, target="100")

    def run(self):
        started = time.perf_counter()
        self.d.start()
        row("first start of both daemons, ms", (time.perf_counter() - started) * 1000)
        self.full_index()
        size = os.path.getsize(os.path.join(self.d.state, "backup-checker.db"))
        row("bytes a file in the database, no servers", size / int(self.d.get("/api/summary")["files"]), target="70")
        self.rescan()
        row("scannerd, peak MiB", memory_mib(self.d.scannerd), target="64")
        self.add_hosts()
        self.one_more_server()
        self.statuses()
        print(f"-- with {hosts} servers")
        self.full_index()
        self.rescan()
        size = os.path.getsize(os.path.join(self.d.state, "backup-checker.db"))
        row(f"bytes a file in the database, {hosts} servers", size / int(self.d.get("/api/summary")["files"]))
        self.pages()
        self.searches()
        self.previews()
        self.lists()
        row("scannerd, peak MiB", memory_mib(self.d.scannerd), target="64")
        row("webd, peak MiB", memory_mib(self.d.webd), target="32")
        os.unlink(self.d.socket) if os.path.exists(self.d.socket) else None
        self.cold_start()


bench = Bench()
try:
    bench.run()
finally:
    bench.d.stop()
    shutil.rmtree(bench.base, ignore_errors=True)
