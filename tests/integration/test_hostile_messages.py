"""Mutated calls by the ten thousand (BC_MESSAGES; a million in make soak), repeatable by BC_SEED: scannerd lives, stays small, and nothing is changed that the caller may not change."""
import json
import os
import random
import time
import unittest

from harness import write_file
from hostile import FITTING, PASSWORD, SERVICE, Calls, HostileDeployment, Watch, bytes_of

MESSAGES = int(os.environ.get("BC_MESSAGES", "30000"))
SEED = int(os.environ.get("BC_SEED", "20261122"))
TOGETHER = 40  # messages of a batch: a connection's
BREAKING = 0.01  # of a hundred messages so many are mutated in their bytes, which mostly ends the connection
SECRETS = {"password", "old"}
LINES_A_MINUTE = 60  # of the log, about clients and about what they do


class Mutations:
    """Calls that are nearly right, the same for the same seed."""

    def __init__(self, calls, methods, seed):
        self.calls, self.methods, self.chance = calls, methods, random.Random(seed)
        self.pool = [v for values in FITTING.values() for v in values if len(str(v)) < 400] + [None, 1.5, 1e300, [[]], [None]]
        self.words = [json.dumps(v).encode() for v in self.pool] + [b"\x00", b"\xff", b"\\u0000", b"\\ud800", b"{", b"]", b'"', b",", b"-", b"9" * 30, b"null"]

    def value(self, old):
        c = self.chance
        if c.random() < 0.5:
            return c.choice(self.pool)
        if isinstance(old, str) and old:
            at = c.randrange(len(old))
            return old[:at] + c.choice(("", "/", "..", "*", "\u202e", "\U0001f512", old, "\n")) + old[at + c.randrange(2):]
        if isinstance(old, dict) and old:
            key = c.choice(list(old))
            return {**old, key: self.value(old[key])} if c.random() < 0.7 else {k: v for k, v in old.items() if k != key}
        if isinstance(old, list) and old:
            return old * c.choice((0, 1, 3)) + [self.value(old[0])]
        if isinstance(old, int):
            return old + c.choice((-1, 1, 2**31, 2**53, -2**53))
        return old

    def parameters(self, method):
        """Two of three have one wrong member, others some, and now and then all is right."""
        c, made = self.chance, self.calls.valid(method)
        for name in c.sample(sorted(made), min(len(made), c.choice((0, 1, 1, 1, 2, 3)))):
            made[name] = self.value(made[name])
        if c.random() < 0.05:
            made[c.choice(("x", "limits", "id", "method", ""))] = c.choice(self.pool)
        return made

    def bytes_mutated(self, data):
        c = self.chance
        for _ in range(c.choice((1, 1, 2, 5))):
            at, size = c.randrange(len(data)), c.choice((0, 1, 1, 8))
            data = data[:at] + c.choice(self.words) + data[at + size:]
        return data

    def method(self):
        """Any; but those that hash a password, which takes longer than hundreds of others, seldom."""
        while True:
            method = self.chance.choice(self.methods)
            if not SECRETS & set(self.calls.interface.methods[method][0]) or self.chance.random() < 0.05:
                return method

    def batch(self):
        """Of a monitor's connection nothing more is asked, so it is never one way and comes last."""
        made = b""
        for _ in range(TOGETHER):
            method = self.method()
            flags = {} if self.chance.random() < 0.9 else {self.chance.choice(("more", "oneway") if method != "Monitor" else ("more",)): True}
            call = bytes_of(method, self.parameters(method), **flags)
            made += self.bytes_mutated(call) if self.chance.random() < BREAKING else call
            if method == "Monitor" and flags:
                break
        return made


class MessagesBase(unittest.TestCase):
    sign_in = "password"

    def setUp(self):
        self.d = HostileDeployment()
        self.addCleanup(self.d.remove)
        write_file(os.path.join(self.d.backups, "web01-2026-11-20.tar"))
        self.d.config.update(limits={"sign_in": self.sign_in}, subnets_to_scan=[])
        self.d.write_config()
        self.d.start_scannerd()
        self.d.root_call("AddAccount", {"name": "jo", "password": PASSWORD, "role": "admin"})
        for i in range(3):
            self.d.root_call("AddServer", {"hostname": f"web0{i + 1}"})
        seeds = {"config": self.d.root_call("GetConfig")["config"], "rule": {"path": "*.x", "ignore": True}, "kind": "directories", "id": 1, "other": 2, "path": "/srv/x", "role": "viewer",
                 "expression": "0 3 * * 1-5", "timezone": "Europe/Berlin", "hostname": "web09", "ip_address": "10.7.0.1", "aliases": ["www"], "tags": ["t"], "until": "2099-01-31", "name": "jo",
                 "password": "wrong-wrong-wrong", "old": "wrong-wrong-wrong", "new": PASSWORD + "2", "address": "192.0.2.1", "credential": "bc_" + "A" * 43, "only": [self.d.backups], "revision": "0" * 16}
        self.mutations = Mutations(Calls(self.d.interface, seeds), sorted(self.d.interface.methods), SEED)
        self.watch, self.credential = Watch(self.d), ""

    def speaker(self, role):
        """A connection for that role; an administrator's messages may have removed his own token."""
        v = self.d.webds()
        if self.sign_in == "webd":
            v.call("ActAs", {"name": "jo", "role": role})
        elif role != "none" and "error" in v.call("Authenticate", {"credential": self.credential}):
            self.credential = self.d.token(role)
            self.assertIn("role", v.call("Authenticate", {"credential": self.credential})["parameters"])
        return v

    def send_batch(self, role):
        """Sends a batch, reads until its end has been answered or the connection is closed; how many answers came."""
        data, said = self.mutations.batch(), b""
        with self.speaker(role) as v:
            v.socket.settimeout(60)
            try:
                v.socket.sendall(data + bytes_of(SERVICE + "GetInterfaceDescription", {"interface": "the.end"}))
                while b"the.end" not in said[-200:] and b'"event":"hello"' not in said:
                    more = v.socket.recv(1 << 20)
                    said += more
                    if not more:
                        break
            except (ConnectionResetError, BrokenPipeError):
                pass
        return said.count(b"\0")

    def messages(self, role, most):
        """So many messages by that role; descriptors and memory are held against those after the first tenth."""
        answered, first, begun, lines = 0, None, time.monotonic(), self.d.log_lines()
        while answered < most:
            answered += self.send_batch(role)
            self.watch.look()
            if first is None and answered >= most // 10:
                first = (self.d.descriptors(), self.d.resident_kib())
        took = time.monotonic() - begun
        self.watch.look()
        after = (self.d.descriptors(), self.d.resident_kib())
        print(f"{answered} messages answered to {role} in {took:.1f} s: descriptors {first[0]} -> {after[0]}, memory {first[1]} -> {after[1]} KiB, "
              f"log {self.d.log_lines() - lines} lines, slowest of {len(self.watch.times)} looks {max(self.watch.times):.3f} s")
        self.assertLess(after[0], first[0] + 8, "descriptors stay open")
        self.assertLess(after[1], first[1] + 24 * 1024, "memory grows")
        return self.d.log_lines() - lines, took

    def nothing_is_changed(self, role, most):
        before = self.d.contents()
        lines, took = self.messages(role, most)
        after = self.d.contents()
        for rows in (before, after):
            del rows["ListTokens"]  # there is one more: the caller's
        self.assertEqual(after, before)
        self.assertLess(lines, LINES_A_MINUTE * (2 + took // 60))
        self.assertTrue(self.watch.was_quick(), sorted(self.watch.times)[-5:])

    def the_limits_stay(self, role, most):
        before = self.d.root_call("GetConfig")["limits"]
        self.messages(role, most)
        self.assertEqual(self.d.root_call("GetConfig")["limits"], before)
        self.d.end(self.d.scannerd)
        self.d.start_scannerd()
        self.assertEqual(self.d.root_call("GetConfig")["limits"], before, "in the file")


class MessagesTest(MessagesBase):
    def test_without_a_credential_nothing_is_changed(self):
        self.nothing_is_changed("none", MESSAGES * 0.4)

    def test_with_a_viewers_credential_nothing_is_changed(self):
        self.nothing_is_changed("viewer", MESSAGES * 0.4)

    def test_with_an_operators_credential_only_servers_are_changed(self):
        before = self.d.contents()
        self.messages("operator", MESSAGES * 0.05)
        after = self.d.contents()
        self.assertEqual((after["config"], after["ListAccounts"]), (before["config"], before["ListAccounts"]))

    def test_with_an_administrators_credential_the_limits_stay(self):
        self.the_limits_stay("admin", MESSAGES * 0.05)


class BelievedMessagesTest(MessagesBase):
    """Where webd is believed about who asks it may be anybody; the limits stay all the same."""
    sign_in = "webd"

    def test_the_limits_stay(self):
        self.the_limits_stay("admin", MESSAGES * 0.1)


if __name__ == "__main__":
    unittest.main()
