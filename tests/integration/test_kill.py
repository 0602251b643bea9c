"""scannerd killed at random moments: nothing that was acknowledged is lost, and readers see the last complete index, never half of one.

BC_KILLS rounds (default 100); BC_SEED repeats a run.
"""
import contextlib
import json
import os
import random
import signal
import sqlite3
import sys
import threading
import time
import unittest

from harness import Deployment, Varlink, wait_for, write_file

KILLS = int(os.environ.get("BC_KILLS", "100"))
SEED = int(os.environ.get("BC_SEED", str(time.time_ns() % 10**9)))
DIRECTORIES, FILES = 200, 100
STATE_FILES = {"lock"} | {base + end for base in ("backup-checker.db", "accounts.db") for end in ("", "-wal", "-shm")}
READ_SECONDS = 5  # webd's answer after a kill


class Tree:
    """About 20,000 files whose names tell the generation they belong to: every change touches every directory."""

    def __init__(self, path, chance):
        self.path, self.chance, self.generation = path, chance, 0
        self.extra = set()
        for d in range(DIRECTORIES):
            folder = os.path.join(path, f"d{d}")
            os.makedirs(folder)
            for i in range(FILES - 1):
                os.close(os.open(os.path.join(folder, f"f{i}.tar"), os.O_CREAT | os.O_WRONLY))
            write_file(os.path.join(folder, "mark0.tar"), size=1)

    def change(self):
        new = self.generation + 1
        for d in range(DIRECTORIES):
            os.rename(os.path.join(self.path, f"d{d}", f"mark{self.generation}.tar"), os.path.join(self.path, f"d{d}", f"mark{new}.tar"))
        for number in self.chance.sample(range(50), 10):
            folder = os.path.join(self.path, f"extra{number}")
            if number in self.extra:
                self.extra.remove(number)
                os.unlink(os.path.join(folder, "x.tar"))
                os.rmdir(folder)
            else:
                self.extra.add(number)
                write_file(os.path.join(folder, "x.tar"))
        self.generation = new

    def files(self):
        names = {os.path.join(self.path, f"d{d}", f"f{i}.tar") for d in range(DIRECTORIES) for i in range(FILES - 1)}
        names |= {os.path.join(self.path, f"d{d}", f"mark{self.generation}.tar") for d in range(DIRECTORIES)}
        return names | {os.path.join(self.path, f"extra{n}", "x.tar") for n in self.extra}


class Additions(threading.Thread):
    """Adds servers through webd, and sets the configuration over the socket, until scannerd is gone; remembers what was acknowledged."""

    def __init__(self, deployment, round_number, most=40):
        super().__init__(daemon=True)
        self.d, self.round, self.most = deployment, round_number, most
        self.servers, self.settings, self.problems = {}, [], []

    def run(self):
        try:
            with contextlib.closing(Varlink(self.d.socket)) as v:
                config = v.call("GetConfig")["parameters"]["config"]
                for i in range(self.most):
                    self.add_server(f"srv-{self.round}-{i}")
                    if i % 4 == 0:
                        self.set_config(v, config, f"word-{self.round}-{i}")
        except (ConnectionError, FileNotFoundError, TimeoutError):
            pass  # killed, as it should be
        except Exception as e:  # pylint: disable=broad-except # an assertion in a thread would be lost
            self.problems.append(repr(e))

    def add_server(self, name):
        answer = self.d.request("POST", "/api/servers", {"hostname": name}, timeout=10)
        if answer.status == 201:
            self.servers[answer.json["server"]["id"]] = name
        elif answer.status in (502, 503, 504):
            raise ConnectionError("scannerd is gone")
        else:
            raise AssertionError(f"adding {name}: {answer}")

    def set_config(self, v, config, word):
        self.settings.append((word, False))
        reply = v.call("SetConfig", {"config": {**config, "generic_names": [word]}})
        if "error" in reply:
            raise AssertionError(f"SetConfig: {reply}")
        self.settings[-1] = (word, True)


class KillTest(unittest.TestCase):
    def setUp(self):
        print(f"BC_SEED={SEED} BC_KILLS={KILLS}", file=sys.stderr, flush=True)
        self.chance = random.Random(SEED)
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        self.tree = Tree(os.path.join(self.d.backups, "tree"), self.chance)
        self.d.start()
        self.servers = {}       # number: name, all that were acknowledged
        self.reads_in_scans = 0
        self.outcomes = {"old": 0, "new": 0, "same": 0, "first": 0, "interrupted": 0, "added": 0, "set": 0}

    # --- reading as others do ---

    @contextlib.contextmanager
    def database(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.d.database}?mode=ro", uri=True, timeout=10)) as db:
            yield db

    def index(self):
        with self.database() as db:
            return {row[0] for row in db.execute("SELECT filepath FROM scanned_files")}

    def generations(self):
        """The generations among the marks that webd lists, and how many marks there are."""
        answer = self.d.request("GET", "/api/files?q=mark&limit=1000", timeout=READ_SECONDS)
        if answer.status != 200:
            return None
        names = [f["filename"] for f in answer.json["files"]]
        return set(names), len(names)

    def webd_shows_a_whole_index(self):
        seen = wait_for(self.generations, READ_SECONDS, "webd's list of files")
        self.assertIn(seen[1], (0, DIRECTORIES), f"webd shows half an index: {seen}")
        self.assertLessEqual(len(seen[0]), 1, f"webd shows two indexes at once: {seen}")

    def check_integrity(self):
        with self.database() as db:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    # --- a round ---

    def start_scan(self):
        with self.d.varlink() as v:
            reply = v.call("StartScan", {"kind": "directories"})
            self.assertIn("parameters", reply)
            return reply["parameters"].get("scan")

    def wait_for_scan(self, number):
        def ended():
            with self.database() as db:
                (state,) = db.execute("SELECT state FROM v_scans WHERE id = ?", (number,)).fetchone()
            return state if state != "running" else None
        return wait_for(ended, 30, f"the end of scan {number}")

    def begin_round(self):
        """What readers may see afterwards: (the old index, the new one)."""
        if self.chance.random() < 0.3:
            with self.d.varlink() as v:
                self.assertIn("parameters", v.call("ClearFiles"))
            self.outcomes["first"] += 1
            old = set()
        else:
            old = self.index()
        if self.chance.random() < 0.8:
            self.tree.change()
        return old, self.tree.files()

    def read_until(self, moment):
        while time.monotonic() < moment:
            if self.chance.random() < 0.5:
                self.webd_shows_a_whole_index()
                self.reads_in_scans += 1
            time.sleep(min(0.02, max(0, moment - time.monotonic())))

    def kill(self):
        self.d.scannerd.send_signal(signal.SIGKILL)
        self.d.scannerd.wait()

    def check_after_kill(self, old, new):
        index = self.index()
        if index not in (old, new):
            self.fail(f"half an index: {len(index)} files, {len(index - new)} not of the new, {len(index - old)} not of the old")
        self.webd_shows_a_whole_index()
        self.outcomes["same" if old == new else "new" if index == new else "old"] += 1
        return index

    def check_after_restart(self, scan, index, additions):
        self.check_integrity()
        self.assertEqual(self.index(), index, "the start changed the index")
        with self.database() as db:
            self.assertEqual(db.execute("SELECT count(*) FROM files WHERE id >> 24 NOT IN (SELECT id FROM dirs)").fetchone(), (0,),
                             "rows of the killed scan stay")
            self.assertEqual(db.execute("SELECT count(*) FROM v_scans WHERE state = 'running'").fetchone(), (0,))
            state, message = db.execute("SELECT state, message FROM v_scans WHERE id = ?", (scan,)).fetchone()
            servers = dict(db.execute("SELECT id, hostname FROM v_servers"))
        self.assertIn(state, ("interrupted", "succeeded"), message)
        self.outcomes["interrupted"] += state == "interrupted"
        self.servers.update(additions.servers if additions else {})
        lost = {n: name for n, name in self.servers.items() if servers.get(n) != name}
        self.assertEqual(lost, {}, "servers whose addition was acknowledged are gone")
        self.assertLessEqual(set(os.listdir(self.d.state)), STATE_FILES)
        if additions:
            self.check_settings(additions)

    def check_settings(self, additions):
        """The last acknowledged setting is in the file, or the one that was being set when the kill came."""
        self.assertEqual(additions.problems, [])
        with open(self.d.config_path, encoding="utf-8") as f:
            in_file = (json.load(f).get("generic_names") or [None])[0]
        words = [word for word, _ in additions.settings]
        acknowledged = [i for i, (_, done) in enumerate(additions.settings) if done]
        self.outcomes["added"] += len(additions.servers)
        self.outcomes["set"] += len(acknowledged)
        if acknowledged:
            self.assertIn(in_file, words[acknowledged[-1]:])
        beside = {n for n in os.listdir(self.d.base) if n.startswith("config.json")}
        self.assertLessEqual(beside, {"config.json", "config.json.new"}, "temporary files of the configuration pile up")

    def a_round(self, number, longest):
        old, new = self.begin_round()
        additions = Additions(self.d, number) if number % 2 else None
        if additions:
            additions.start()
        scan = self.start_scan()
        self.read_until(time.monotonic() + self.chance.uniform(0, longest))
        self.kill()
        if additions:
            additions.join(20)
            self.assertFalse(additions.is_alive(), "webd does not tell that scannerd is gone")
        index = self.check_after_kill(old, new)
        self.d.start_scannerd()
        self.check_after_restart(scan, index, additions)

    def measure(self):
        """Seconds of a first scan."""
        started = time.monotonic()
        self.assertEqual(self.wait_for_scan(self.start_scan()), "succeeded")
        self.assertEqual(self.index(), self.tree.files())
        return time.monotonic() - started

    def test_nothing_acknowledged_is_lost_and_no_half_index_is_seen(self):
        longest = 0.9 * self.measure()
        web = self.d.webd.pid
        for number in range(KILLS):
            try:
                self.a_round(number, longest)
            except Exception:
                print(f"in round {number} of BC_SEED={SEED}; webd: {self.d.webd.poll()}, {self.d.log('webd')[-1500:]}", file=sys.stderr)
                raise
            if number % 25 == 24:
                self.assertEqual(self.wait_for_scan(self.start_scan()), "succeeded")
                self.assertEqual(self.index(), self.tree.files(), "a scan after the kills does not find what is there")
        self.assertIsNone(self.d.webd.poll(), "webd ended")
        self.assertEqual(self.d.webd.pid, web)
        print(self.outcomes, self.reads_in_scans, "reads in scans", file=sys.stderr)
        if KILLS >= 50:  # else chance may miss one
            for what, count in self.outcomes.items():
                self.assertGreater(count, 0, f"no round of the kind {what!r}: {self.outcomes}")
        # webd needs no restart: it starts a scan, and follows its end
        self.tree.change()
        self.assertEqual(self.d.scan()["state"], "succeeded")
        self.assertEqual(self.index(), self.tree.files())


if __name__ == "__main__":
    unittest.main()
