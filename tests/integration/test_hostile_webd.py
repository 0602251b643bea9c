"""A webd that was broken into calls every method of scannerd, in every state, as everybody, with everything: each call gets its answer or its named error, and scannerd goes on."""
import contextlib
import json
import os
import signal
import sqlite3
import threading
import unittest

from harness import big_tree, mount_tmpfs, unmount, wait_for, write_file
from hostile import NO_JSON, PASSWORD, SCANNER, SERVICE, Calls, HostileDeployment, Watch, bytes_of

# A netscan that says it is at work until it is left.
NETSCAN = """#!/usr/bin/python3
import json, socket, time
s = socket.socket(fileno=3)
try:
    while True:
        s.sendall(json.dumps({"parameters": {"progress": {"phase": "discovery", "percent": 1}}, "continues": True}).encode() + b"\\0")
        time.sleep(0.2)
except OSError:
    pass
"""
ROLES = ("none", "viewer", "operator", "admin")
FLAGS = ({"more": True}, {"more": False}, {"oneway": False}, {"more": True, "oneway": False})


class HostileTest(unittest.TestCase):
    sign_in = "password"

    def setUp(self):
        self.d = HostileDeployment()
        self.addCleanup(self.d.remove)
        self.d.netscan = os.path.join(self.d.base, "netscan")
        with open(self.d.netscan, "w", encoding="utf-8") as f:
            f.write(NETSCAN)
        os.chmod(self.d.netscan, 0o755)
        self.d.config.update(directories_to_scan=[], limits={"sign_in": self.sign_in})
        self.d.write_config()
        self.d.start_scannerd()
        self.watch = Watch(self.d)
        self.calls = Calls(self.d.interface, self.seeds())
        self.methods = sorted(self.d.interface.methods)
        self.assertGreater(len(self.methods), 35)
        self.v, self.tokens = None, {}
        self.addCleanup(self.leave)

    def seeds(self):
        config = self.d.root_call("GetConfig")["config"]
        return {"config": config, "rule": {"path": "*.x", "ignore": True}, "kind": "directories", "id": 1, "other": 2, "scan": 1, "path": "/srv/x", "role": "viewer",
                "expression": "@daily", "timezone": "Europe/Berlin", "hostname": "web01", "ip_address": "10.7.0.1", "aliases": ["www"], "alias": "www2", "tags": ["t"], "position": 0,
                "reason": "why", "until": "2099-01-31", "name": "somebody", "password": PASSWORD, "old": PASSWORD, "new": PASSWORD + "2", "code": "123456", "address": "192.0.2.1",
                "agent": "x", "credential": "bc_" + "A" * 43, "only": None, "revision": None, "expires": 0, "accept_changed": False, "all": False}

    # --- one connection, opened again where a call has ended it ---

    def leave(self):
        if self.v is not None:
            self.v.close()
            self.v = None

    def enter(self, role):
        """A connection that speaks for a person of that role: none, or one that scannerd or webd vouches for."""
        self.leave()
        if role == "none":
            self.v = self.d.webds()
            if self.sign_in == "webd":
                self.v.call("ActAs", {"name": "jo", "role": "none"})
        elif self.sign_in == "webd":
            self.v = self.d.webds()
            self.v.call("ActAs", {"name": "jo", "role": role})
        else:
            self.v = self.d.webds()
            if "error" in self.v.call("Authenticate", {"credential": self.tokens.get(role, "")}):  # none yet, or a call has removed it
                self.tokens[role] = self.d.token(role)
                self.v.call("Authenticate", {"credential": self.tokens[role]})
        return self.v

    def ask(self, role, method, data, may_end=False):
        """Sends one call and judges what comes back; returns the error's name."""
        if self.v is None:
            self.enter(role)
        self.v.socket.sendall(data)
        reply = self.v.receive()
        self.d.interface.check(method, reply)
        if method == "Monitor" and "error" not in reply:
            self.leave()  # it tells what happens from now on
        elif may_end and reply.get("error", "").removeprefix(SCANNER) in ("InvalidJson", "UnknownKey", "InvalidType", "TooLarge", "InvalidValue", "MissingKey"):
            with contextlib.suppress(ConnectionError):
                self.v.send(SERVICE + "GetInfo")
                self.v.receive()
                return reply.get("error")
            self.leave()
        return reply.get("error")

    def all_of(self, method, most=None):
        """(call, whether it may end its connection)"""
        valid = self.calls.valid(method)
        yield bytes_of(method, {}), False
        yield bytes_of(method, text="null"), False
        yield bytes_of(method, valid), False
        for parameters in self.calls.extreme(method, most):
            yield bytes_of(method, parameters), False
        for n, parameters in enumerate(self.calls.wrong(method)):
            if most is None or n < 3 * most:
                yield bytes_of(method, parameters), False
        for flags in FLAGS:
            yield bytes_of(method, valid, **flags), False
        for flags in ({"upgrade": True}, {"more": 1}, {"oneway": "yes"}):
            yield bytes_of(method, valid, **flags), True
        for text in NO_JSON[:most]:
            yield bytes_of(method, text=text), True

    def every_method(self, *roles, most=3):
        """Each method with each kind of parameters, for those roles; how often who got which error."""
        errors = {}
        for role in roles:
            for method in self.methods:
                self.enter(role)
                for data, may_end in self.all_of(method, most):
                    with self.subTest(role=role, call=data[:200]):
                        error = self.ask(role, method, data, may_end)
                        errors.setdefault(role, {}).setdefault(method, set()).add(error)
                self.quiet_call(role, method)
                self.watch.look()
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])
        return errors

    def quiet_call(self, role, method):
        """One way: no answer, and the next call gets its own."""
        if method == "Monitor":
            return
        if self.v is None:
            self.enter(role)
        self.v.socket.sendall(bytes_of(method, self.calls.valid(method), oneway=True))
        self.assertEqual(self.v.call(SERVICE + "GetInterfaceDescription", {"interface": "not.there"})["error"], SERVICE + "InterfaceNotFound")


class EverythingTest(HostileTest):
    """Nothing is configured, nothing runs: every value is tried."""

    def test_every_call_of_every_role_gets_a_described_answer_or_a_named_error(self):
        errors = self.every_method(*ROLES, most=None)
        for role in ROLES:
            self.assertEqual(set(errors[role]), set(self.methods))
        # who may nothing gets nothing but refusals, wherever a role is needed
        open_to_all = {m for m in self.methods if errors["none"][m] - {SCANNER + "NotSignedIn", *self.of_bad_calls}}
        self.assertEqual(open_to_all, {"ActAs", "Authenticate", "FirstAccount", "GetInfo", "Monitor", "SignIn", "SignOut", "WhoAmI"})

    of_bad_calls = {SCANNER + name for name in ("InvalidJson", "UnknownKey", "InvalidType")}

    def test_parameters_that_do_not_fit_are_refused_whoever_sends_them(self):
        for role in ("operator", "admin"):
            self.enter(role)
            for method in self.methods:
                members = self.d.interface.methods[method][0]
                error = self.ask(role, method, bytes_of(method, {**self.calls.valid(method), "no such parameter": 1}, more=True))
                self.assertIn(error, (SCANNER + "UnknownKey", SCANNER + "PermissionDenied"), method)
                for name, kind in members.items():
                    if kind in ("int", "bool", "string"):
                        error = self.ask(role, method, bytes_of(method, {**self.calls.valid(method), name: [1]}))
                        self.assertIn(error, (SCANNER + "InvalidType", SCANNER + "PermissionDenied"), f"{method} {name}")


class BelievedEverythingTest(EverythingTest):
    """The same where webd is believed about who asks."""
    sign_in = "webd"


class StateTest(HostileTest):
    def with_accounts(self):
        for role in ROLES[1:]:
            self.d.root_call("AddAccount", {"name": role + "-person", "password": PASSWORD, "role": role})

    def keep(self, seconds_between, *calls):
        """Makes those calls again and again, as root, until the test ends."""
        stop, made, v = threading.Event(), [], self.d.varlink()  # from here: in the thread the user might be webd's
        self.addCleanup(v.close)

        def run():
            with contextlib.suppress(OSError, ValueError):
                while not stop.is_set():
                    for method, parameters in calls:
                        made.append(v.call(method, parameters(made) if callable(parameters) else parameters))
                    stop.wait(seconds_between)
        thread = threading.Thread(target=run)
        thread.start()

        def end():
            stop.set()
            thread.join()
        self.addCleanup(end)
        return made

    def with_a_tree(self):
        mount_tmpfs(self.d.backups)
        self.addCleanup(unmount, self.d.backups)
        self.addCleanup(self.d.stop)
        big_tree(os.path.join(self.d.backups, "tree"), directories=300)
        config = self.d.root_call("GetConfig")["config"]
        self.d.root_call("SetConfig", {"config": {**config, "directories_to_scan": [self.d.backups], "subnets_to_scan": ["10.7.0.0/24"]}})
        self.calls.seeds["config"] = self.d.root_call("GetConfig")["config"]

    def test_while_scans_run(self):
        self.with_accounts()
        self.with_a_tree()
        made = self.keep(0.01, ("StartScan", {"kind": "directories"}), ("StartScan", {"kind": "servers"}))
        self.every_method("none", "admin")
        self.assertGreater(sum("scan" in reply.get("parameters", {}) for reply in made), 3)
        self.assertGreater(sum(reply.get("error") == SCANNER + "ScanRunning" for reply in made), 3)

    def test_while_scans_are_cancelled(self):
        self.with_a_tree()

        def newest(made):
            return {"scan": max((r["parameters"]["scan"] for r in made if "scan" in r.get("parameters", {})), default=1)}
        made = self.keep(0.001, ("StartScan", {"kind": "directories"}), ("CancelScan", newest), ("StartScan", {"kind": "servers"}), ("CancelScan", newest))
        self.every_method("none", "admin")
        self.assertGreater(sum(reply == {"parameters": {}} for reply in made), 3, "no scan was cancelled")

    def test_with_a_settings_file_that_is_broken(self):
        self.with_accounts()
        for content in (b"{", b"", b"\0" * 100, None):
            if content is None:
                os.unlink(self.d.config_path)
            else:
                with open(self.d.config_path, "wb") as f:
                    f.write(content)
            self.d.scannerd.send_signal(signal.SIGHUP)
            wait_for(lambda: "the settings in force stay" in self.d.log("scannerd"), what="the reload")
            for role in ("none", "viewer"):
                self.every_method(role, most=1)
        self.assertIn("parameters", self.d.webds(self.d.token("admin")).call("GetConfig"))
        self.every_method("admin")
        with open(self.d.config_path, encoding="utf-8") as f:
            self.assertIn("directories_to_scan", json.load(f), "an admin's change has written it anew")

    def test_while_the_databases_are_locked(self):
        self.with_accounts()
        token = self.d.token("admin")
        with contextlib.ExitStack() as locks:
            for name in ("backup-checker.db", "accounts.db"):
                db = locks.enter_context(contextlib.closing(sqlite3.connect(os.path.join(self.d.state, name), isolation_level=None)))
                db.execute("BEGIN IMMEDIATE")
            waiting = []
            for method in self.methods:
                v = self.d.webds(token, timeout=120)
                self.addCleanup(v.close)
                v.socket.sendall(bytes_of(method, self.calls.valid(method), more=True))
                waiting.append((method, v))
                self.watch.look()
            for method, v in waiting:
                self.d.interface.check(method, v.receive())
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])
        reply = self.d.webds(token).call("AddServer", {"hostname": "after01"})
        self.assertIn("id", reply["parameters"], reply)

    def test_while_it_is_stopping(self):
        self.with_accounts()
        self.with_a_tree()
        token = self.d.token("admin")
        connections = [self.d.webds(token) for _ in range(40)]
        self.d.root_call("StartScan", {"kind": "directories"})
        for n, v in enumerate(connections):
            v.socket.sendall(b"".join(bytes_of(method, self.calls.valid(method)) for method in self.methods[n % 5:] if method != "Monitor"))
        self.d.scannerd.send_signal(signal.SIGTERM)
        for v in connections:
            with contextlib.suppress(OSError):
                while True:
                    self.d.interface.check("any", v.receive())
            v.close()
        self.assertEqual(self.d.scannerd.wait(30), 0, self.d.log("scannerd"))
        self.d.start_scannerd()
        self.assertEqual(self.d.sql("SELECT count(*) FROM scans WHERE state = 'running'"), [(0,)])

    def test_with_an_index_and_an_inventory(self):
        write_file(os.path.join(self.d.backups, "web01-2026-11-20.tar"))
        config = self.d.root_call("GetConfig")["config"]
        self.d.root_call("SetConfig", {"config": {**config, "directories_to_scan": [self.d.backups]}})
        self.d.root_call("StartScan", {"kind": "directories"})
        for i in range(5):
            self.d.root_call("AddServer", {"hostname": f"web0{i}"})
        self.with_accounts()
        self.calls.seeds.update(hostname="web09", name="operator-person")
        errors = self.every_method(*ROLES)
        self.assertIn(None, errors["operator"]["MergeServers"], "nothing was merged: the parameters do not fit any more")


class BelievedStateTest(StateTest):
    """The same where webd is believed about who asks."""
    sign_in = "webd"

    def test_while_the_databases_are_locked(self):
        self.d.root_call("AddToken", {"name": "t", "role": "viewer"})  # the credential counts here, too
        super().test_while_the_databases_are_locked()


if __name__ == "__main__":
    unittest.main()
