"""Signing in, roles and the audit log, as webd uses them: over scannerd's socket, from another user of its group."""
import base64
import concurrent.futures
import hashlib
import hmac
import json
import os
import sqlite3
import stat
import struct
import time
import urllib.parse

from harness import DeploymentTest, Varlink, wait_for

SCANNER = "org.backupchecker.scanner."
GROUP = "nogroup"
NOBODY = 65534
PASSWORD = "tractor-in-the-lake"
OTHER = "seven-green-kettles"
ROLES = ("none", "viewer", "operator", "admin")
# Each method with parameters that decode, and the role that it needs. Those of "none" are open to whoever may use the socket.
METHODS = {
    "GetInfo": ({}, "none"), "Monitor": (None, "none"), "SignIn": (None, "none"), "SignOut": ({}, "none"), "Authenticate": (None, "none"), "ActAs": (None, "none"),
    "WhoAmI": ({}, "none"), "FirstAccount": (None, "none"),
    "GetConfig": ({}, "viewer"), "ExplainMatch": ({"path": "/srv/x"}, "viewer"), "PreviewRule": ({"rule": {"path": "*", "ignore": True}}, "viewer"), "ListUnmatched": ({}, "viewer"),
    "DescribeSchedule": ({"expression": "@daily"}, "viewer"), "ListSessions": ({}, "viewer"), "EndSession": ({"id": 999}, "viewer"), "EndOtherSessions": ({}, "viewer"),
    "ChangePassword": ({"old": "x", "new": "y"}, "viewer"), "BeginTotp": ({"password": "x"}, "viewer"), "ConfirmTotp": ({"code": "1"}, "viewer"), "EndTotp": ({"password": "x"}, "viewer"),
    "StartScan": ({"kind": "directories", "only": ["/nowhere"]}, "operator"), "CancelScan": ({"scan": 999}, "operator"), "AddServer": ({}, "operator"), "UpdateServer": ({"id": 999}, "operator"),
    "RemoveServer": ({"id": 999}, "operator"), "MergeServers": ({"id": 998, "other": 999}, "operator"), "AddAlias": ({"id": 999, "alias": "x"}, "operator"),
    "ExemptServer": ({"id": 999, "reason": "x"}, "operator"), "EndExemption": ({"id": 999}, "operator"),
    "SetConfig": ({"config": {}}, "admin"), "AddRule": ({"rule": {}}, "admin"), "Suggest": ({}, "admin"), "ClearFiles": ({}, "admin"), "ClearServers": ({}, "admin"),
    "ListAccounts": ({}, "admin"), "AddAccount": ({"name": "", "password": "", "role": "none"}, "admin"), "UpdateAccount": ({"id": 999}, "admin"), "RemoveAccount": ({"id": 999}, "admin"),
    "ListTokens": ({}, "admin"), "AddToken": ({"name": "", "role": "none"}, "admin"), "RemoveToken": ({"id": 999}, "admin"),
}


def totp(secret, step_offset=0):
    """RFC 6238, by somebody else than scannerd."""
    counter = int(time.time()) // 30 + step_offset
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


class AccountsTest(DeploymentTest):
    start_daemons = False
    sign_in = "password"

    def setUp(self):
        super().setUp()
        self.start()

    def start(self):
        self.d.write_config(limits={"sign_in": self.sign_in})
        self.d.start_scannerd("--group", GROUP)
        self.root = self.d.varlink()
        self.addCleanup(self.root.close)
        self.gid = os.stat(self.d.socket).st_gid

    def member(self):
        """A connection of another user of the group, as webd's is. The kernel notes who connects."""
        os.setegid(self.gid)
        os.seteuid(NOBODY)
        try:
            v = Varlink(self.d.socket)
        finally:
            os.seteuid(0)
            os.setegid(0)
        self.addCleanup(v.close)
        return v

    def good(self, reply):
        self.assertIn("parameters", reply)
        self.assertNotIn("error", reply, reply)
        return reply["parameters"]

    def refused(self, reply, name):
        self.assertEqual(reply.get("error"), SCANNER + name, reply)
        return reply["parameters"]

    def add(self, name, role="viewer", password=PASSWORD):
        return self.good(self.root.call("AddAccount", {"name": name, "password": password, "role": role}))["id"]

    def enter(self, name, password=PASSWORD, address="192.0.2.1", **more):
        return self.member().call("SignIn", {"name": name, "password": password, "address": address, "agent": "Browser/1.0", **more})

    def session(self, name, **more):
        return self.good(self.enter(name, **more))["session"]

    def speaker(self, credential, address=None):
        v = self.member()
        self.good(v.call("Authenticate", {"credential": credential, **({"address": address} if address else {})}))
        return v

    def person(self, name, role="viewer", **more):
        self.add(name, role)
        return self.speaker(self.session(name, **more))

    def audit(self, action=None):
        rows = self.d.sql("SELECT actor, source, action, subject, before, after, refused FROM v_audit ORDER BY id")
        return [row for row in rows if action is None or row[2] == action]

    def wait_for_audit(self, action, n=1):
        return wait_for(lambda: len(self.audit(action)) >= n and self.audit(action), what=f"{n} rows of {action}")


class RoleTest(AccountsTest):
    def test_the_list_of_methods_here_is_the_interface(self):
        text = self.root.call("org.varlink.service.GetInterfaceDescription", {"interface": SCANNER[:-1]})["parameters"]["description"]
        named = {line.split()[1].split("(")[0] for line in text.splitlines() if line.startswith("method ")}
        self.assertEqual(named, set(METHODS))

    def test_every_role_may_call_its_methods_and_no_others(self):
        speakers = {"none": self.member()}
        for role in ROLES[1:]:
            token = self.good(self.root.call("AddToken", {"name": "for " + role, "role": role}))["token"]
            speakers[role] = self.speaker(token)
        for method, (parameters, needed) in METHODS.items():
            for role, v in speakers.items():
                if parameters is None:
                    continue
                with self.subTest(method=method, role=role):
                    error = v.call(method, parameters).get("error", "")
                    refusal = "NotSignedIn" if role == "none" else "PermissionDenied"
                    if ROLES.index(role) < ROLES.index(needed):
                        self.assertEqual(error, SCANNER + refusal)
                    else:
                        self.assertNotIn(error, (SCANNER + "NotSignedIn", SCANNER + "PermissionDenied"))
        self.assertIsNone(self.d.scannerd.poll())

    def test_root_is_an_administrator_and_a_failed_authenticate_makes_him_nobody(self):
        who = self.good(self.root.call("WhoAmI"))
        self.assertEqual(who["caller"], {"name": "root", "role": "admin", "kind": "root", "account": 0, "id": 0, "expires": 0, "totp": False})
        self.assertEqual((who["sign_in"], who["has_accounts"]), ("password", False))
        v = self.d.varlink()
        self.addCleanup(v.close)
        for wrong in ("", "bcs_" + "A" * 43, "bc_" + "A" * 43, "x" * 128):
            v.send("Authenticate", {"credential": wrong})
            v.send("AddServer", {"hostname": "smuggled"})  # behind it, as webd does
            self.refused(v.receive(), "NotSignedIn")
            self.refused(v.receive(), "NotSignedIn")
        self.assertEqual(self.good(v.call("WhoAmI"))["caller"]["kind"], "nobody")
        self.assertEqual(self.d.sql("SELECT hostname FROM v_servers"), [])

    def test_webd_may_not_say_who_asks(self):
        for v in (self.member(), self.d.varlink()):
            self.refused(v.call("ActAs", {"name": "jo", "role": "admin"}), "PermissionDenied")
            self.refused(v.call("AddServer", {"hostname": "smuggled"}), "NotSignedIn")
            v.close()
        self.refused(self.member().call("StartScan", {"kind": "directories"}), "NotSignedIn")

    def test_a_role_that_changes_and_an_account_that_goes_count_at_once(self):
        v = self.person("jo", "operator")
        credential = self.session("jo")
        self.good(v.call("AddServer", {"hostname": "web1"}))
        self.good(self.root.call("UpdateAccount", {"id": 1, "role": "viewer"}))
        self.refused(v.call("AddServer", {"hostname": "web2"}), "NotSignedIn")  # its identity is forgotten;
        self.refused(self.speaker(credential).call("AddServer", {"hostname": "web2"}), "PermissionDenied")  # again, it has the new role
        v = self.speaker(credential)
        self.good(v.call("GetConfig"))
        self.good(self.root.call("RemoveAccount", {"id": 1}))
        self.refused(v.call("GetConfig"), "NotSignedIn")
        self.refused(self.member().call("Authenticate", {"credential": credential}), "NotSignedIn")


class SignInTest(AccountsTest):
    def test_the_first_account_is_an_administrator_and_there_is_only_one_first(self):
        v = self.member()
        self.assertFalse(self.good(v.call("WhoAmI"))["has_accounts"])
        self.assertIn("first that are tried", self.refused(v.call("FirstAccount", {"name": "jo", "password": "password1234"}), "InvalidValue")["reason"])
        self.good(v.call("FirstAccount", {"name": "jo", "password": PASSWORD, "address": "192.0.2.9"}))
        self.assertTrue(self.good(v.call("WhoAmI"))["has_accounts"])
        self.refused(v.call("FirstAccount", {"name": "eve", "password": PASSWORD}), "Exists")
        self.assertEqual(self.wait_for_audit("account.first")[0][:4], ("jo", "192.0.2.9", "account.first", "jo"))
        v = self.speaker(self.session("jo"))
        self.assertEqual([(a["name"], a["role"], a["sessions"]) for a in self.good(v.call("ListAccounts"))["accounts"]], [("jo", "admin", 1)])

    def test_a_session_speaks_for_its_account_until_it_is_ended(self):
        self.add("Jo", "operator")
        got = self.good(self.enter("jO"))
        self.assertEqual((got["name"], got["role"], got["idle"]), ("Jo", "operator", 12 * 3600))
        self.assertAlmostEqual(got["expires"], time.time() + 7 * 86400, delta=60)
        v = self.speaker(got["session"], "192.0.2.1")
        caller = self.good(v.call("WhoAmI"))["caller"]
        self.assertEqual((caller["name"], caller["kind"], caller["id"], caller["role"]), ("Jo", "session", got["id"], "operator"))
        rows = self.good(v.call("ListSessions"))["sessions"]
        self.assertEqual([(r["id"], r["address"], r["agent"], r["current"]) for r in rows], [(got["id"], "192.0.2.1", "Browser/1.0", True)])
        self.good(v.call("SignOut"))
        self.refused(v.call("ListSessions"), "NotSignedIn")
        self.refused(self.member().call("Authenticate", {"credential": got["session"]}), "NotSignedIn")
        rows = self.wait_for_audit("session.end")
        self.assertEqual(rows[0][:4], ("Jo", "192.0.2.1", "session.end", "Jo"))
        self.assertEqual(self.audit("session.begin")[0][:4], ("Jo", "192.0.2.1", "session.begin", "Jo"))

    def test_one_ends_ones_own_sessions_and_an_admin_anybodys(self):
        jo, eve, boss = self.person("jo"), self.person("eve"), self.person("boss", "admin")
        one, two = (self.good(self.enter("jo"))["id"] for _ in range(2))
        self.refused(eve.call("EndSession", {"id": one}), "NotFound")
        self.refused(eve.call("ListSessions", {"all": True}), "PermissionDenied")
        self.assertEqual(len(self.good(boss.call("ListSessions", {"all": True}))["sessions"]), 5)
        self.good(jo.call("EndSession", {"id": one}))
        self.good(boss.call("EndSession", {"id": two}))
        self.refused(boss.call("EndSession", {"id": two}), "NotFound")
        self.assertEqual(len(self.good(jo.call("ListSessions"))["sessions"]), 1)

    def test_one_ends_all_ones_other_sessions_and_nobody_elses(self):
        self.add("jo", "admin")
        here, other, third = (self.session("jo") for _ in range(3))
        v, elsewhere, eve = self.speaker(here), self.speaker(other), self.person("eve")
        token = self.speaker(self.good(v.call("AddToken", {"name": "t", "role": "viewer"}))["token"])
        self.assertEqual(self.good(v.call("EndOtherSessions")), {"count": 2})
        self.refused(elsewhere.call("ListSessions"), "NotSignedIn")
        self.refused(self.member().call("Authenticate", {"credential": third}), "NotSignedIn")
        for speaker, sessions in ((v, 1), (eve, 1)):
            self.assertEqual(len(self.good(speaker.call("ListSessions"))["sessions"]), sessions)
        self.refused(token.call("EndOtherSessions"), "Forbidden")
        self.good(token.call("GetConfig"))
        self.assertEqual(self.good(v.call("EndOtherSessions")), {"count": 0})
        self.assertEqual([row[3] for row in self.wait_for_audit("session.end", 2)], ["jo (2 others)", "jo (0 others)"])

    def test_a_wrong_name_and_a_wrong_password_are_answered_alike(self):
        self.add("jo")
        for i in range(3):
            for name in ("jo", "nobodyatall"):
                said = self.refused(self.enter(name, OTHER, address=f"192.0.2.{100 + i}"), "SignInRefused")
                self.assertEqual((said["code"], said["field"], said["reason"], said.get("retry_after")), ("sign_in_refused", "", "the name or the password is wrong", 1 if i == 2 else None))
        for name in ("jo", "nobodyatall"):  # both names wait now, wherever one comes from
            said = self.refused(self.enter(name, OTHER, address="198.51.100.1"), "TooManyAttempts")
            self.assertEqual(said["retry_after"], 1)

    def work(self):
        """Processor time of scannerd so far, of all its threads, in seconds."""
        with open(f"/proc/{self.d.scannerd.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_a_wrong_name_and_a_wrong_password_are_as_much_work(self):
        """Processor time, not the clock's: the machine may do other things. Each name once, from a source of its own, so that nobody waits."""
        n, took = 20, {}
        for i in range(n):
            self.add(f"real{i}")
        for turn in range(2):  # in turns, so that neither gains by going first
            for kind in ("real", "unreal"):
                before = self.work()
                for i in range(turn * n // 2, (turn + 1) * n // 2):
                    self.refused(self.enter(f"{kind}{i}", OTHER, address=f"10.{len(kind)}.{turn}.{i}"), "SignInRefused")
                took[kind] = took.get(kind, 0) + self.work() - before
        self.assertGreater(took["unreal"], n * 0.005, "a name that nobody has is not hashed")
        self.assertLess(took["real"], 1.35 * took["unreal"], took)
        self.assertLess(took["unreal"], 1.35 * took["real"], took)

    def test_a_wait_is_over_when_it_says_and_then_the_right_password_is_enough(self):
        """Also for who comes from elsewhere than the guesses, and also while these go on: what is too early makes nobody's wait longer."""
        self.add("jo")
        for i in range(4):
            self.enter("jo", OTHER, address=f"203.0.113.{i}")
        wait = self.refused(self.enter("jo", address="198.51.100.7"), "TooManyAttempts")["retry_after"]
        self.assertLessEqual(wait, 2)
        for i in range(20):
            self.refused(self.enter("jo", OTHER, address=f"203.0.113.{100 + i}"), "TooManyAttempts")
        time.sleep(wait)
        self.good(self.enter("jo", address="198.51.100.7"))

    def test_failures_delay_a_source_but_lock_nobody_out(self):
        self.add("jo")
        for i in range(4):
            said = self.enter(f"guess{i}", OTHER, address="2001:db8::" + str(i))
        self.refused(said, "TooManyAttempts")  # a /64 is one source
        self.refused(self.enter("jo", address="2001:db8::7"), "TooManyAttempts")
        self.good(self.enter("jo", address="192.0.2.7"))
        time.sleep(1.1)
        self.good(self.enter("jo", address="2001:db8::7"))

    def test_nobody_keeps_a_person_out_of_where_he_is_signed_in(self):
        self.add("jo")
        self.good(self.enter("jo", address="192.0.2.1"))
        for i in range(5):
            last = self.enter("jo", OTHER, address=f"198.51.100.{i}")
        self.refused(last, "TooManyAttempts")
        self.good(self.enter("jo", address="192.0.2.1"))

    def test_many_guesses_at_once_are_no_way_around_the_delay(self):
        self.add("jo")
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            members = [self.member() for _ in range(20)]
            replies = list(pool.map(lambda v: v.call("SignIn", {"name": "jo", "password": OTHER, "address": "192.0.2.1"}), members))
        errors = [r["error"].rsplit(".", 1)[1] for r in replies]
        self.assertLessEqual(errors.count("SignInRefused"), 3, errors)
        self.assertEqual(errors.count("TooManyAttempts"), 20 - errors.count("SignInRefused"), errors)

    def test_the_loop_answers_while_passwords_are_verified(self):
        self.add("jo")
        monitor = self.member()
        monitor.send("Monitor", more=True)
        monitor.receive()
        info, slowest = self.member(), 0.0
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            members = [self.member() for _ in range(12)]
            work = [pool.submit(v.call, "SignIn", {"name": f"n{i}", "password": OTHER, "address": f"192.0.2.{i}"}) for i, v in enumerate(members)]
            asked, times = 0, []
            while not all(w.done() for w in work):
                begin = time.monotonic()
                self.good(info.call("GetInfo"))
                times.append(time.monotonic() - begin)
                asked += 1
        self.assertGreater(asked, 5)
        times.sort()
        slowest = times[len(times) * 9 // 10]
        self.assertLess(slowest, 0.010, "nine of ten answers, on a machine that does other things too")
        self.assertTrue(all("SignInRefused" in w.result()["error"] for w in work))
        self.good(self.root.call("AddAccount", {"name": "eve", "password": PASSWORD, "role": "viewer"}))
        self.assertEqual(monitor.receive()["parameters"]["changed"], ["accounts"])

    def test_a_one_time_code_is_asked_for_and_good_once(self):
        v = self.person("jo")
        self.refused(v.call("BeginTotp", {"password": OTHER}), "SignInRefused")
        got = self.good(v.call("BeginTotp", {"password": PASSWORD}))
        uri = urllib.parse.urlsplit(got["uri"])
        self.assertEqual((uri.scheme, uri.netloc, uri.path), ("otpauth", "totp", "/backup-checker:jo"))
        self.assertEqual(urllib.parse.parse_qs(uri.query)["secret"], [got["secret"]])
        self.good(self.enter("jo"))  # not before it is confirmed
        self.refused(v.call("ConfirmTotp", {"code": "abc"}), "SignInRefused")
        self.good(v.call("ConfirmTotp", {"code": totp(got["secret"], -1)}))
        self.assertEqual(self.refused(self.enter("jo"), "CodeNeeded")["field"], "code")
        self.refused(self.enter("jo", OTHER), "SignInRefused")
        self.refused(self.enter("jo", code=totp(got["secret"], -1)), "SignInRefused")  # used before
        self.refused(self.enter("jo", code=totp(got["secret"], 5)), "SignInRefused")
        time.sleep(1.1)
        code = totp(got["secret"])
        self.good(self.enter("jo", code=code))
        self.refused(self.enter("jo", code=code), "SignInRefused")
        self.assertTrue(self.good(self.root.call("ListAccounts"))["accounts"][0]["totp"])
        self.good(v.call("EndTotp", {"password": PASSWORD}))
        time.sleep(2.1)
        self.good(self.enter("jo"))

    def test_a_new_password_ends_the_other_sessions(self):
        v = self.person("jo")
        other = self.session("jo")
        self.assertEqual(self.refused(v.call("ChangePassword", {"old": OTHER, "new": "another-good-one"}), "SignInRefused")["field"], "old")
        self.assertEqual(self.refused(v.call("ChangePassword", {"old": PASSWORD, "new": "short"}), "InvalidValue")["field"], "new")
        self.good(v.call("ChangePassword", {"old": PASSWORD, "new": OTHER}))
        self.good(v.call("ListSessions"))
        self.refused(self.member().call("Authenticate", {"credential": other}), "NotSignedIn")
        self.refused(self.enter("jo"), "SignInRefused")
        self.good(self.enter("jo", OTHER))
        self.assertEqual(self.wait_for_audit("password.change")[0][0], "jo")

    def test_sessions_end_by_idleness_and_at_their_latest(self):
        self.add("jo")
        for column, value in (("expires", "strftime('%s','now') - 1"), ("used", "strftime('%s','now') - 12 * 3600 - 1")):
            credential = self.session("jo")
            v = self.speaker(credential)
            with sqlite3.connect(os.path.join(self.d.state, "accounts.db")) as db:
                db.execute(f"UPDATE sessions SET {column} = {value}")
            db.close()
            self.refused(self.member().call("Authenticate", {"credential": credential}), "NotSignedIn")
            self.assertEqual(self.good(self.root.call("ListAccounts"))["accounts"][0]["sessions"], 0)
            v.close()

    def test_restarting_keeps_accounts_and_sessions(self):
        self.add("jo")
        credential = self.session("jo")
        self.d.scannerd.terminate()
        self.d.scannerd.wait(20)
        self.d.start_scannerd("--group", GROUP)
        self.good(self.speaker(credential).call("GetConfig"))


class AdministrationTest(AccountsTest):
    def test_names_and_passwords_are_judged(self):
        cases = (
            ({"name": "root"}, "InvalidValue", "name"), ({"name": ""}, "InvalidValue", "name"), ({"name": "a b"}, "InvalidValue", "name"), ({"name": "x" * 200}, None, "name"),
            ({"password": "short"}, "InvalidValue", "password"), ({"password": "Welcome2024"}, "InvalidValue", "password"), ({"password": "newperson1"}, "InvalidValue", "password"),
            ({"password": "x" * 2000}, None, "password"), ({"role": "none"}, "InvalidValue", "role"), ({"role": "king"}, "InvalidValue", "role"),
        )
        for change, name, field in cases:
            with self.subTest(change):
                reply = self.root.call("AddAccount", {"name": "newperson", "password": PASSWORD, "role": "viewer", **change})
                self.assertIn("error", reply)
                if name:
                    self.assertEqual(reply["error"], SCANNER + name)
                self.assertEqual(reply["parameters"]["field"], field)
                self.assertNotIn(str(change.get("password", "\0")), reply["parameters"]["reason"])
        self.add("jo")
        self.refused(self.root.call("AddAccount", {"name": "JO", "password": PASSWORD, "role": "viewer"}), "Exists")

    def test_the_last_administrator_stays_one(self):
        boss = self.add("boss", "admin")
        jo = self.add("jo", "operator")
        for method, parameters in (("RemoveAccount", {"id": boss}), ("UpdateAccount", {"id": boss, "role": "operator"})):
            self.refused(self.root.call(method, parameters), "Forbidden")
        self.good(self.root.call("UpdateAccount", {"id": jo, "role": "admin"}))
        self.good(self.root.call("RemoveAccount", {"id": boss}))
        self.refused(self.root.call("RemoveAccount", {"id": jo}), "Forbidden")
        self.refused(self.root.call("UpdateAccount", {"id": 77, "role": "admin"}), "NotFound")

    def test_an_administrator_helps_who_has_lost_password_and_authenticator(self):
        v = self.person("jo")
        got = self.good(v.call("BeginTotp", {"password": PASSWORD}))
        self.good(v.call("ConfirmTotp", {"code": totp(got["secret"])}))
        self.refused(self.root.call("UpdateAccount", {"id": 1, "password": "jo"}), "InvalidValue")
        self.good(self.root.call("UpdateAccount", {"id": 1, "password": OTHER, "end_totp": True}))
        self.refused(v.call("ListSessions"), "NotSignedIn")
        self.good(self.enter("jo", OTHER))
        row = self.wait_for_audit("account.update")[0]
        self.assertEqual((row[0], row[3], json.loads(row[4]), json.loads(row[5])), ("root", "jo", {"role": "viewer"}, {"role": "viewer", "password": "set", "totp": "ended"}))

    def test_a_token_has_its_role_its_end_and_never_more_than_its_maker(self):
        boss = self.person("boss", "admin")
        self.add("other", "admin")
        token = self.good(boss.call("AddToken", {"name": "monitoring", "role": "operator"}))
        v = self.speaker(token["token"])
        self.assertEqual(self.good(v.call("WhoAmI"))["caller"]["name"], "token:monitoring")
        server = self.good(v.call("AddServer", {"hostname": "web1"}))
        self.refused(v.call("ListSessions"), "Forbidden")
        self.refused(v.call("EndSession", {"id": 1}), "Forbidden")
        self.refused(v.call("ChangePassword", {"old": PASSWORD, "new": OTHER}), "Forbidden")
        self.refused(v.call("SignOut"), "Forbidden")
        self.assertEqual([(t["name"], t["role"], t["account"], t["expires"]) for t in self.good(boss.call("ListTokens"))["tokens"]], [("monitoring", "operator", "boss", 0)])
        self.refused(boss.call("AddToken", {"name": "Monitoring", "role": "viewer"}), "Exists")
        self.refused(boss.call("AddToken", {"name": "x", "role": "viewer", "expires": 1000}), "InvalidValue")
        self.good(self.root.call("UpdateAccount", {"id": 1, "role": "viewer"}))
        self.refused(self.speaker(token["token"]).call("RemoveServer", server), "PermissionDenied")
        self.good(self.root.call("UpdateAccount", {"id": 1, "role": "admin"}))
        v = self.speaker(token["token"])
        self.good(self.root.call("RemoveToken", {"id": token["id"]}))
        self.refused(v.call("GetConfig"), "NotSignedIn")
        self.refused(self.member().call("Authenticate", {"credential": token["token"]}), "NotSignedIn")
        short = self.good(self.root.call("AddToken", {"name": "short", "role": "viewer", "expires": int(time.time()) + 2}))["token"]
        v = self.speaker(short)
        self.good(v.call("GetConfig"))
        wait_for(lambda: v.call("GetConfig").get("error") == SCANNER + "NotSignedIn", what="the token's end, also for a connection that was open")
        self.refused(self.member().call("Authenticate", {"credential": short}), "NotSignedIn")

    def test_secrets_are_in_no_file_that_webd_may_read_and_credentials_in_none(self):
        v = self.person("jo", "admin")
        got = self.good(v.call("BeginTotp", {"password": PASSWORD}))
        session = self.session("jo")
        token = self.good(v.call("AddToken", {"name": "t", "role": "viewer"}))["token"]
        self.wait_for_audit("token.add")
        for name in os.listdir(self.d.state):
            path = os.path.join(self.d.state, name)
            with open(path, "rb") as f:
                content = f.read()
            private = name.startswith("accounts.db")
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, private, name)
            for secret in (session, token, session[4:], token[3:], PASSWORD):
                self.assertNotIn(secret.encode(), content, name)
                self.assertNotIn(secret, self.d.log("scannerd"))
            if not private:
                self.assertNotIn(b"argon2id", content, name)
                self.assertNotIn(base64.b32decode(got["secret"]), content, name)

    def test_the_interface_describes_the_retry_parameter(self):
        text = self.root.call("org.varlink.service.GetInterfaceDescription", {"interface": SCANNER[:-1]})["parameters"]["description"]
        self.assertIn("error TooManyAttempts(code: string, field: string, reason: string, retry_after: ?int)", text)


class AuditTest(AccountsTest):
    def test_what_people_do_is_written_down_with_who_and_what(self):
        v = self.speaker(self.person_session("jo", "admin"), "192.0.2.5")
        server = self.good(v.call("AddServer", {"hostname": "web1"}))["id"]
        self.good(v.call("AddAlias", {"id": server, "alias": "www"}))
        self.good(v.call("ExemptServer", {"id": server, "reason": "no data"}))
        self.good(v.call("EndExemption", {"id": server}))
        self.good(v.call("RemoveServer", {"id": server}))
        scan = self.good(v.call("StartScan", {"kind": "directories"}))["scan"]
        self.good(v.call("AddToken", {"name": "t", "role": "viewer"}))
        self.refused(v.call("RemoveServer", {"id": server}), "NotFound")  # and nothing of what failed
        self.wait_for_audit("token.add")
        mine = [row for row in self.audit() if row[0] == "jo" and row[2] != "session.begin"]
        self.assertEqual([(row[1], row[2], row[3]) for row in mine], [("192.0.2.5", action, subject) for action, subject in (
            ("server.add", "web1"), ("server.alias", "web1"), ("server.exempt", "web1"), ("server.expect", "web1"), ("server.remove", "web1"),
            ("scan.start", f"scan {scan} of directories"), ("token.add", "t"))])
        self.assertEqual(json.loads(mine[2][5])["reason"], "no data")
        self.assertIn("audit: jo (192.0.2.5) did server.remove: web1", self.d.log("scannerd"))

    def person_session(self, name, role):
        self.add(name, role)
        return self.session(name)

    def test_each_setting_that_changes_has_its_row_also_when_the_file_was_edited(self):
        v = self.speaker(self.person_session("jo", "admin"))
        now = self.good(v.call("GetConfig"))["config"]
        now["status"]["green_within"] = "30d"
        now["rules"] = [{"path": "a*", "ignore": True}, {"path": "b*", "ignore": True}]
        now["generic_names"] = ["one", "two"]
        self.good(v.call("SetConfig", {"config": now}))
        self.good(v.call("AddRule", {"rule": {"path": "c*", "ignore": True}, "position": 2}))
        rows = {(row[0], row[3]): (row[4], row[5]) for row in self.wait_for_audit("settings.change", 4)}
        self.assertEqual(rows[("jo", "status.green_within")], ('"365d"', '"30d"'))
        self.assertEqual(rows[("jo", "generic_names[0]")], ("[]", '["one","two"]'))
        self.assertEqual([r["path"] for r in json.loads(rows[("jo", "rules[0]")][1])], ["a*", "b*"])
        self.assertEqual([r["path"] for r in json.loads(rows[("jo", "rules[1]")][1])], ["c*"])
        self.assertEqual(len(rows), 4)
        self.d.write_config(generic_names=["three"])
        self.d.scannerd.send_signal(1)
        wait_for(lambda: ("file", "generic_names[0]") in [(row[0], row[3]) for row in self.audit()], what="the file's change")

    def test_refused_attempts_are_written_down_without_what_was_typed(self):
        self.add("jo")
        self.refused(self.enter("jo", OTHER, address="192.0.2.8"), "SignInRefused")
        self.refused(self.enter("my-secret-typed-as-name", OTHER, address="192.0.2.9"), "SignInRefused")
        rows = self.wait_for_audit("session.begin", 2)
        self.assertEqual([(row[0], row[1], row[3], row[6]) for row in rows], [("nobody", "192.0.2.8", "jo", 1), ("nobody", "192.0.2.9", "(an unknown name)", 1)])
        self.assertNotIn("my-secret-typed-as-name", self.d.log("scannerd"))

    def test_nobody_changes_or_removes_rows(self):
        self.add("jo")
        self.wait_for_audit("account.add")
        db = sqlite3.connect(self.d.database)
        for sql in ("UPDATE audit SET actor = 'eve'", "DELETE FROM audit"):
            with self.assertRaisesRegex(sqlite3.DatabaseError, "append-only"):
                db.execute(sql)
        db.close()


class WebdSaysWhoTest(AccountsTest):
    sign_in = "webd"

    def test_a_member_is_anonymous_admin_or_whom_webd_names(self):
        v = self.member()
        caller = self.good(v.call("WhoAmI"))["caller"]
        self.assertEqual((caller["name"], caller["role"], caller["kind"]), ("anonymous", "admin", "member"))
        self.good(v.call("AddServer", {"hostname": "web1"}))
        self.good(v.call("ActAs", {"name": "jane@example.org", "role": "viewer", "address": "192.0.2.3"}))
        self.refused(v.call("AddServer", {"hostname": "web2"}), "PermissionDenied")
        self.good(v.call("ActAs", {"name": "jane@example.org", "role": "operator", "address": "192.0.2.3"}))
        self.good(v.call("AddServer", {"hostname": "web2"}))
        self.assertEqual([row[:2] + (row[3],) for row in self.wait_for_audit("server.add", 2)], [("anonymous", "socket", "web1"), ("jane@example.org", "192.0.2.3", "web2")])
        for name in ("root", "Root", "schedule", "nobody", "token:x"):
            other = self.member()
            other.send("ActAs", {"name": name, "role": "admin"})
            other.send("AddServer", {"hostname": "smuggled"})  # behind it, as webd does
            self.refused(other.receive(), "InvalidValue")
            self.refused(other.receive(), "NotSignedIn")
        self.refused(v.call("ListSessions"), "Forbidden")

    def test_who_has_authenticated_is_named_no_more(self):
        self.add("jo")
        v = self.speaker(self.session("jo"))
        self.refused(v.call("ActAs", {"name": "boss", "role": "admin"}), "PermissionDenied")
        self.assertEqual(self.good(v.call("WhoAmI"))["caller"]["name"], "jo")

    def test_the_word_of_webd_counts_no_longer_once_the_file_says_so(self):
        v, named = self.member(), self.member()
        self.good(named.call("ActAs", {"name": "jane", "role": "admin"}))
        self.d.write_config(limits={"sign_in": "password"})
        self.d.scannerd.send_signal(1)
        wait_for(lambda: self.good(self.root.call("WhoAmI"))["sign_in"] == "password", what="the reload")
        for connection in (v, named):
            self.refused(connection.call("GetConfig"), "NotSignedIn")
        self.refused(self.root.call("SetConfig", {"config": {"directories_to_scan": [], "subnets_to_scan": [], "limits": {"sign_in": "webd"}}}), "Forbidden")
