"""Beyond the root-owned limits and beyond a role: no message of a broken-into webd opens a directory outside, asks about a network outside, changes the limits, or gets a person's rights without his credential."""
import contextlib
import ctypes
import json
import os
import select
import struct
import time
import unittest

from harness import wait_for, write_file
from hostile import PASSWORD, SCANNER, Calls, HostileDeployment, bytes_of

LIBC = ctypes.CDLL(None, use_errno=True)
IN_ACCESS, IN_OPEN = 0x1, 0x20  # inotify(7)
# Writes down what it is asked, and finds nothing.
NETSCAN = """#!/usr/bin/python3
import json, socket
s = socket.socket(fileno=3)
call = b""
while not call.endswith(b"\\0"):
    call += s.recv(65536)
with open({asked!r}, "ab") as f:
    f.write(call[:-1] + b"\\n")
s.sendall(json.dumps({{"parameters": {{"finished": {{"complete": True, "reduced": False, "hosts_up": 0, "hosts_total": 256}}}}}}).encode() + b"\\0")
"""
ALLOWED = "10.7.0.0/24"
NETWORKS = ("8.8.8.8", "8.8.8.0/24", "10.7.0.0/23", "10.6.255.255", "0.0.0.0/0", "::/0", "2001:db8::1", "10.7.0.0-255", "10.7.0.1 8.8.8.8", "-iL /etc/passwd", "10.7.0.0/24,8.8.8.8", "127.0.0.1", "224.0.0.1")


class Opened:
    """Tells which of these directories and files were opened or read, by inotify."""

    def __init__(self, top):
        self.fd = LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.names = {}
        for folder, _, files in os.walk(top):
            for path in (folder, *(os.path.join(folder, f) for f in files)):
                self.names[LIBC.inotify_add_watch(self.fd, path.encode(), IN_OPEN | IN_ACCESS)] = path

    def take(self):
        found, data = set(), b""
        while select.select([self.fd], [], [], 0)[0]:
            data += os.read(self.fd, 65536)
        while data:
            watch, _, _, size = struct.unpack_from("iIII", data)
            found.add(self.names.get(watch))
            data = data[16 + size:]
        return found

    def close(self):
        os.close(self.fd)


class LimitsTest(unittest.TestCase):
    def setUp(self):
        self.d = HostileDeployment()
        self.addCleanup(self.d.remove)
        self.inside, self.outside, self.never = self.d.backups, os.path.join(self.d.base, "outside"), os.path.join(self.d.backups, "never")
        for folder in (self.outside, os.path.join(self.outside, "deep"), self.never):
            write_file(os.path.join(folder, "web01-2026-11-20.tar"), content=b"secret")
        write_file(os.path.join(self.inside, "ours", "web01-2026-11-21.tar"))
        for name, target in (("link", self.outside), ("relative", "../outside"), ("ours/link", self.outside)):
            os.symlink(target, os.path.join(self.inside, name))
        self.asked = os.path.join(self.d.base, "asked")
        with open(self.asked, "wb"):
            pass
        os.chmod(self.asked, 0o666)
        self.d.netscan = os.path.join(self.d.base, "netscan")
        with open(self.d.netscan, "w", encoding="utf-8") as f:
            f.write(NETSCAN.format(asked=self.asked))
        os.chmod(self.d.netscan, 0o755)
        self.limits = {"sign_in": "webd", "directories_within": [self.inside], "directories_never": [self.never], "subnets_within": [ALLOWED], "smallest_prefix_v4": 24, "max_rate": 100}
        self.d.config.update(directories_to_scan=[self.inside], subnets_to_scan=[ALLOWED], network_scan={"max_rate": 50}, limits=self.limits)
        self.d.write_config()
        self.d.start_scannerd()
        self.eye = Opened(self.outside)
        self.addCleanup(self.eye.close)
        with open(os.path.join(self.outside, "web01-2026-11-20.tar"), "rb") as f:
            f.read(1)
        self.assertTrue(self.eye.take(), "the eye sees nothing")
        self.v = self.d.webds(timeout=60)
        self.addCleanup(self.v.close)
        self.config = self.v.call("GetConfig")["parameters"]["config"]

    def paths(self):
        out, inside = self.outside, self.inside
        return (out, out + "/", "/" + out, f"{out}/deep", f"{inside}/../outside", f"{inside}/./../outside", f"{inside}/link/../../outside", f"{inside}//../outside", "/", self.d.base, inside + "x", "../outside", "outside",
                self.never, self.never + "/x", f"{inside}/never/", "/etc", "/proc/1/root", f"/proc/self/cwd{out}")

    def scan(self, kind, **parameters):
        """The row of a scan that was run to its end, or the name of what refused it."""
        reply = self.v.call("StartScan", {"kind": kind, **parameters})
        if "error" in reply:
            return reply["error"]
        number = reply["parameters"]["scan"]
        return wait_for(lambda: self.d.sql("SELECT state, message FROM scans WHERE id = ? AND state <> 'running'", number), what="the scan's end")[0]

    def in_force(self):
        return self.v.call("GetConfig")["parameters"]

    def nothing_outside_was_opened(self):
        self.assertEqual(self.eye.take(), set())

    def test_directories_outside_are_refused_by_every_spelling(self):
        before = self.in_force()
        for path in self.paths():
            for entry in (path, {"path": path}):
                with self.subTest(entry):
                    reply = self.v.call("SetConfig", {"config": {**self.config, "directories_to_scan": [entry]}})
                    self.assertIn(reply.get("error"), (SCANNER + "OutsideLimits", SCANNER + "InvalidValue"), reply)
                    self.assertTrue(reply["parameters"]["field"].startswith("directories_to_scan[0]"), reply)
            self.assertIn(SCANNER, self.scan("directories", only=[path]))
        self.assertEqual(self.in_force(), before)
        self.nothing_outside_was_opened()

    def test_links_inside_that_lead_outside_are_not_followed(self):
        self.assertEqual(self.scan("directories")[0], "succeeded")
        self.assertEqual(self.found(), [os.path.join(self.inside, "ours", "web01-2026-11-21.tar")])
        for name in ("link", "relative", "ours/link", "link/deep"):
            with self.subTest(name):
                path = os.path.join(self.inside, name)
                reply = self.v.call("SetConfig", {"config": {**self.config, "directories_to_scan": [path]}})
                self.assertNotIn("error", reply, "the text lies within: what it leads to is judged when it is scanned")
                self.scan("directories")
                ((reason,),) = self.d.sql("SELECT reason FROM v_roots WHERE CAST(path AS TEXT) = ?", path)
                self.assertIn("limits.directories_within", reason)
                self.assertEqual(self.found(), [])
        self.nothing_outside_was_opened()

    def found(self):
        return [path for (path,) in self.d.sql("SELECT filepath FROM scanned_files")]

    def test_a_directory_that_becomes_a_link_outside_is_not_followed(self):
        self.assertEqual(self.scan("directories")[0], "succeeded")
        ours = os.path.join(self.inside, "ours")
        os.rename(ours, ours + ".old")
        os.symlink(self.outside, ours)
        self.scan("directories")
        self.v.call("SetConfig", {"config": {**self.config, "directories_to_scan": [ours]}})
        self.scan("directories", accept_changed=True)
        self.nothing_outside_was_opened()

    def test_networks_outside_are_refused_and_never_asked_about(self):
        before = self.in_force()
        for network in NETWORKS:
            with self.subTest(network):
                reply = self.v.call("SetConfig", {"config": {**self.config, "subnets_to_scan": [network]}})
                self.assertIn(reply.get("error"), (SCANNER + "OutsideLimits", SCANNER + "InvalidValue"), reply)
                self.assertIn(SCANNER, self.scan("servers", only=[network]))
                self.v.call("AddServer", {"ip_address": network})
        for change in ({"max_rate": 101}, {"max_rate": 0}, {"ports": "22 -sC"}, {"ports": "--script=x"}):
            reply = self.v.call("SetConfig", {"config": {**self.config, "network_scan": change}})
            self.assertIn(reply.get("error"), (SCANNER + "OutsideLimits", SCANNER + "InvalidValue"), reply)
        self.assertEqual(self.in_force(), before)
        self.assertEqual(self.scan("servers")[0], "succeeded")
        self.only_allowed_was_asked(1)

    def only_allowed_was_asked(self, least):
        with open(self.asked, encoding="utf-8") as f:
            asked = [json.loads(line)["parameters"] for line in f]
        self.assertGreaterEqual(len(asked), least)
        for request in asked:
            request = request.get("request", request)
            self.assertEqual(request["within"], [ALLOWED], request)
            self.assertLessEqual(request["max_rate"], 100)
            for target in request["targets"]:
                self.assertTrue(target.startswith("10.7.0."), request)

    def test_no_parameter_of_any_method_leads_outside(self):
        """Every text, list and object of every method gets a path and a network outside, wherever it has a text."""
        seeds = {"config": self.config, "rule": {"path": "*.x", "server": "web01"}, "kind": "directories"}
        calls = Calls(self.d.interface, seeds)
        for method in sorted(self.d.interface.methods):
            for evil in (self.outside, f"{self.inside}/link", "8.8.8.8"):
                for name, kind in self.d.interface.methods[method][0].items():
                    plain = self.d.interface.plain(kind)
                    values = {"string": [evil], "array": [[evil]], "object": list(self.replaced(seeds.get(name) or {}, evil)) if plain == "object" else []}.get(plain, [])
                    for value in values:
                        with self.subTest(method=method, name=name):
                            with self.d.webds() as v:
                                v.socket.sendall(bytes_of(method, {**calls.valid(method), name: value}, more=True))
                                self.d.interface.check(method, v.receive())
        self.v.call("SetConfig", {"config": self.config})
        for kind in ("directories", "servers"):
            self.scan(kind)
        self.nothing_outside_was_opened()
        self.only_allowed_was_asked(1)

    def replaced(self, value, evil):
        """The object with one text after the other replaced, and one more in each list."""
        for key, member in value.items():
            if isinstance(member, str):
                yield {**value, key: evil}
            elif isinstance(member, list):
                yield {**value, key: [*member, evil]}
                yield {**value, key: [*member, {"path": evil}]}
            elif isinstance(member, dict):
                yield from ({**value, key: changed} for changed in self.replaced(member, evil))

    def test_no_message_changes_the_limits_or_what_only_the_command_line_names(self):
        before = self.in_force()["limits"]
        self.assertLess({"directories_within", "sign_in", "max_rate"}, set(before))
        for key, value in {**before, "netscan": "/bin/sh", "anything": 1}.items():
            with self.subTest(key):
                reply = self.v.call("SetConfig", {"config": {**self.config, "limits": {key: value}}})
                self.assertEqual(reply["error"], SCANNER + "Forbidden", reply)
        for key in ("netscan", "netscan_socket", "state", "group", "socket", "Limits", "limits.max_rate", "nmap", "argv"):
            with self.subTest(key):
                reply = self.v.call("SetConfig", {"config": {**self.config, key: "/bin/sh"}})
                self.assertEqual(reply["error"], SCANNER + "UnknownKey", reply)
                reply = self.v.call("SetConfig", {"config": {**self.config, "network_scan": {key: "/bin/sh"}}})
                self.assertEqual(reply["error"], SCANNER + "UnknownKey", reply)
        self.assertIn("revision", self.v.call("SetConfig", {"config": {**self.config, "generic_names": ["changed"]}})["parameters"])
        self.assertEqual(self.in_force()["limits"], before)
        with open(self.d.config_path, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["limits"], {**self.limits})


class CredentialsTest(unittest.TestCase):
    """Where people sign in, webd alone is nobody."""

    def setUp(self):
        self.d = HostileDeployment()
        self.addCleanup(self.d.remove)
        self.d.config.update(limits={"sign_in": "password"})
        self.d.write_config()
        self.d.start_scannerd()
        for role in ("viewer", "operator", "admin"):
            self.d.root_call("AddAccount", {"name": role + "-person", "password": PASSWORD, "role": role})

    def session(self, name):
        with self.d.webds() as v:
            return v.call("SignIn", {"name": name, "password": PASSWORD, "address": "192.0.2.1"})["parameters"]

    def connect(self, credential=None):
        v = self.d.webds(credential)
        self.addCleanup(v.close)
        return v

    def role(self, v):
        return v.call("WhoAmI")["parameters"]["caller"]["role"] if v.call("GetConfig").get("error") is None else "none"

    def test_no_order_of_open_calls_makes_a_nobody_somebody(self):
        """All pairs of what may be called without sign-in, then what needs a role; on one connection, together and one by one."""
        calls = [("Authenticate", {"credential": c}) for c in ("", "root", "bcs_" + "A" * 43, "bc_" + "_" * 43, "admin-person")] + [
            ("ActAs", {"name": "admin-person", "role": "admin"}), ("SignOut", {}), ("WhoAmI", {}), ("GetInfo", {}), ("FirstAccount", {"name": "eve", "password": PASSWORD}),
            ("SignIn", {"name": "admin-person", "password": "wrong-wrong-wrong", "address": "192.0.2.66"}), ("SignIn", {"name": "admin-person' --", "password": "x", "address": ""})]
        for first in calls:
            for second in calls:
                v = self.connect()
                v.socket.sendall(b"".join(bytes_of(*c) for c in (first, second, ("AddServer", {"hostname": "smuggled"}), ("GetConfig", {}), ("ListAccounts", {}))))
                replies = [v.receive() for _ in range(5)]
                with self.subTest(first=first, second=second):
                    self.assertEqual([r.get("error") for r in replies[2:]], [SCANNER + "NotSignedIn"] * 3)
                v.close()
        self.assertEqual(self.d.sql("SELECT count(*) FROM servers"), [(0,)])
        self.assertEqual(len(self.d.root_call("ListAccounts")["accounts"]), 3)

    def test_a_session_begun_on_a_connection_is_not_that_connections(self):
        v = self.connect()
        self.assertIn("session", v.call("SignIn", {"name": "admin-person", "password": PASSWORD})["parameters"])
        self.assertEqual(self.role(v), "none")

    def test_identities_do_not_cross_connections(self):
        people = {role: self.connect(self.session(role + "-person")["session"]) for role in ("viewer", "operator", "admin")}
        nobody = [self.connect() for _ in range(10)]
        for _ in range(50):
            for v in (*people.values(), *nobody):
                v.send("WhoAmI")
                v.send("ListAccounts")
            for role, v in people.items():
                self.assertEqual(v.receive()["parameters"]["caller"]["role"], role)
                self.assertEqual("error" in v.receive(), role != "admin")
            for v in nobody:
                self.assertEqual(v.receive()["parameters"]["caller"]["role"], "none")
                self.assertEqual(v.receive()["error"], SCANNER + "NotSignedIn")

    def test_what_has_ended_ends_at_once_on_every_open_connection(self):
        def ended(number, how):
            got = self.session("operator-person")
            open_ones = [self.connect(got["session"]) for _ in range(number)]
            self.assertEqual({self.role(v) for v in open_ones}, {"operator"})
            how(got)
            self.assertEqual({self.role(v) for v in open_ones}, {"none"})
            for v in open_ones:
                self.assertEqual(v.call("Authenticate", {"credential": got["session"]})["error"], SCANNER + "NotSignedIn")
                v.close()
        account = next(a["id"] for a in self.d.root_call("ListAccounts")["accounts"] if a["name"] == "operator-person")
        for how in (lambda got: self.connect(got["session"]).call("SignOut"),
                    lambda got: self.d.root_call("EndSession", {"id": got["id"]}),
                    lambda got: self.d.root_call("UpdateAccount", {"id": account, "password": PASSWORD}),
                    lambda got: self.d.root_call("RemoveAccount", {"id": account})):
            ended(10, how)

    def test_pieces_and_neighbours_of_a_credential_are_worth_nothing(self):
        good = self.session("admin-person")["session"]
        token = self.d.token("admin")
        cut = [good[:-1], good + "A", good[:-1] + ("A" if good[-1] != "A" else "B"), good.swapcase(), good[4:], "bc_" + good[4:], "bcs_" + token[3:], " " + good, good + "\n", good + " ", token[:-1], token.upper()]
        for wrong in cut:
            v = self.connect()
            self.assertIn("error", v.call("Authenticate", {"credential": wrong}), wrong)
            self.assertEqual(self.role(v), "none")
            v.close()
        self.assertEqual(self.role(self.connect(good)), "admin")

    def test_guessing_over_many_connections_and_addresses_is_slowed_and_shuts_nobody_out_for_ever(self):
        answers, begun = {}, time.monotonic()
        connections = [self.connect() for _ in range(40)]
        for turn in range(10):
            for n, v in enumerate(connections):
                v.send("SignIn", {"name": "admin-person", "password": f"guess-{turn}-{n}-guess", "address": f"198.51.{turn}.{n}"})
            for v in connections:
                error = v.receive()["error"].removeprefix(SCANNER)
                answers[error] = answers.get(error, 0) + 1
        took = time.monotonic() - begun
        # three are free, then after 1, 2, 4 ... seconds one more
        self.assertLessEqual(answers["SignInRefused"], 4 + int(took).bit_length(), answers)
        self.assertEqual(sum(answers.values()), 400, answers)

        def signed_in():
            with self.d.webds() as v:
                reply = v.call("SignIn", {"name": "admin-person", "password": PASSWORD, "address": "192.0.2.1"})
            return "session" in reply.get("parameters", {})
        wait_for(signed_in, 70, "the end of the wait")
        with contextlib.suppress(OSError):
            self.assertEqual(self.role(self.connect(self.session("viewer-person")["session"])), "viewer")


if __name__ == "__main__":
    unittest.main()
