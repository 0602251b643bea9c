"""The audit log of an installed system: in the journal with fields that nobody can forge, in a table that nobody can change."""
import json
import unittest

from booted import DATABASE, SCANNERD, InstalledTest, documented, wait_for

MESSAGE_ID = "7b1de2c95d0c4a3f9a5d8c0e6f214b77"
PASSWORD = "correct horse battery"
FORGED = "x\nAUDIT_ACTOR=root\nAUDIT_ACTION=account.remove\nMESSAGE=audit: root (socket) did account.remove: jo\n\x1b[2J\x1b]0;title\x07\r\v\u2028\u202e"
CONTROLS = {chr(c) for c in (*range(32), *range(127, 160))}
FIELDS = ("AUDIT_ACTOR", "AUDIT_SOURCE", "AUDIT_ACTION", "AUDIT_SUBJECT", "AUDIT_BEFORE", "AUDIT_AFTER", "AUDIT_REFUSED")
COLUMNS = "actor, source, action, subject, before, after, refused"


class JournalTest(InstalledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box.sh("mkdir -p /srv/backups")
        cls.box.sh(f"echo {PASSWORD} | backup-checker user add jo --role admin --stdin")
        answer = cls.box.request_once("POST", "/api/session", {"name": "jo", "password": PASSWORD})
        cls.jo = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}

    def entries(self, *matches):
        """What the journal has of scannerd's audit log, oldest first."""
        self.box.try_("journalctl", "--sync")
        said = self.box.do("journalctl", "--output=json", "--all", "--quiet", f"_SYSTEMD_UNIT={SCANNERD}", f"MESSAGE_ID={MESSAGE_ID}", *matches)
        return [json.loads(line) for line in said.split("\n") if line]

    def rows(self):
        return json.loads(self.box.sql(f"SELECT {COLUMNS} FROM v_audit ORDER BY id"))

    def written(self, deed):
        """The one entry that a deed has made, in the journal, after the table has got it."""
        rows, entries = len(self.rows()), len(self.entries())
        deed()
        wait_for(lambda: len(self.rows()) > rows, what="a row of the audit log")
        found = wait_for(lambda: self.entries()[entries:], what="an entry of the journal")
        self.assertEqual(len(found), 1, found)
        return found[0]

    def fields(self, entry):
        return {name[6:].lower(): value for name, value in entry.items() if name.startswith("AUDIT_")}

    def ask(self, method, path, body=None, status=200, headers=None):
        answer = self.box.request_once(method, path, body, {**self.jo, **(headers or {})})
        self.assertEqual(answer.status, status, answer)
        return answer.json if answer.body else None

    def sign_in(self, name, password, status):
        self.ask("POST", "/api/session", {"name": name, "password": password}, status)

    def change(self, **settings):
        now = self.ask("GET", "/api/config")
        self.ask("PUT", "/api/config", {**now["config"], **settings}, headers={"If-Match": now["revision"]})

    def scan(self):
        self.ask("POST", "/api/scan/directories", status=202)
        wait_for(lambda: all(s["state"] != "running" for s in self.ask("GET", "/api/scans")["scans"]), what="the end of the scan")

    def test_each_deed_is_in_the_journal_with_who_did_what_to_what(self):
        server = {}

        def add_server():
            server["id"] = self.ask("POST", "/api/servers", {"hostname": "web.test"}, 201)["server"]["id"]
        deeds = (
            (lambda: self.sign_in("jo", PASSWORD, 200), "jo", "127.0.0.1", "session.begin", "jo", "0", {}),
            (lambda: self.sign_in("jo", "a wrong password", 401), "nobody", "127.0.0.1", "session.begin", "jo", "1", {}),
            (lambda: self.sign_in("no one", PASSWORD, 401), "nobody", "127.0.0.1", "session.begin", "(an unknown name)", "1", {}),
            (self.scan, "jo", "127.0.0.1", "scan.start", "scan 1 of directories", "0", {}),
            (lambda: self.change(generic_names=["audited"]), "jo", "127.0.0.1", "settings.change", "generic_names[0]", "0",
             {"before": "[]", "after": '["audited"]'}),
            (add_server, "jo", "127.0.0.1", "server.add", "web.test", "0", {}),
            (lambda: self.ask("PUT", f"/api/servers/{server['id']}/exemption", {"reason": "a test machine", "author": "jo"}),
             "jo", "127.0.0.1", "server.exempt", "web.test", "0", {}),
            (lambda: self.ask("POST", "/api/accounts", {"name": "bob", "password": PASSWORD, "role": "viewer"}, 201),
             "jo", "127.0.0.1", "account.add", "bob", "0", {}),
            (lambda: self.box.do("backup-checker", "user", "role", "bob", "operator"),
             "root", "socket", "account.update", "bob", "0", {}),
            (lambda: self.box.do("backup-checker", "user", "remove", "bob"), "root", "socket", "account.remove", "bob", "0", {}),
        )
        for deed, actor, source, action, subject, refused, more in deeds:
            with self.subTest(f"{action} of {subject} by {actor}"):
                entry = self.written(deed)
                fields = self.fields(entry)
                self.assertEqual({name: fields[name] for name in ("actor", "source", "action", "subject", "refused")},
                                 {"actor": actor, "source": source, "action": action, "subject": subject, "refused": refused})
                self.assertEqual({name: fields[name] for name in more}, more)
                self.assertEqual(self.rows()[-1][:4] + [str(self.rows()[-1][6])], [actor, source, action, subject, refused])
                self.assertEqual((entry["PRIORITY"], entry["_SYSTEMD_UNIT"]), ("6", SCANNERD))
                self.assertNotIn(PASSWORD, json.dumps(entry))

    def test_the_journal_is_asked_by_field(self):
        self.written(lambda: self.sign_in("jo", PASSWORD, 200))
        self.assertTrue(self.entries("AUDIT_ACTOR=jo", "AUDIT_ACTION=session.begin", "AUDIT_REFUSED=0"))
        self.assertEqual(self.entries("AUDIT_ACTOR=nobody", "AUDIT_REFUSED=0"), [])
        self.change(generic_names=["asked for"])
        self.sign_in("jo", "a wrong password", 401)
        for command in documented("The audit log"):
            wait_for(lambda line=command: self.box.sh(line + " | cat"), what=f"something to be found by {command}")

    def hostile_calls(self):
        """What a webd that was broken into may say for itself, and admins who mean it badly: of each field some with bytes that end a line, and long ones."""
        for text in (FORGED, FORGED * 80):
            for name, address, agent in (("jo", text, text), (text, "192.0.2.1", text), (text, text, text)):
                yield "SignIn", {"name": name, "password": "wrong " + PASSWORD, "address": address, "agent": agent}
            yield "AddToken", {"name": text, "role": "viewer"}
            yield "AddAccount", {"name": text, "password": PASSWORD, "role": "viewer"}
            yield "AddServer", {"hostname": text}
            yield "AddServer", {"hostname": "hostile.test", "note": text}
            yield "AddServer", {"hostname": "other.test", "note": text.replace("\n", " ").replace("\x1b", "")}
            for number in (1, 2, 3):
                yield "ExemptServer", {"id": number, "reason": text, "author": text}
                yield "ExemptServer", {"id": number, "reason": f"{number}\" AUDIT_ACTOR=root MESSAGE=%s%n", "author": "AUDIT_ACTOR=root"}

    def test_hostile_text_forges_neither_a_field_nor_a_line(self):
        before, rows = len(self.entries()), len(self.rows())
        with self.box.varlink() as v:
            answers = [v.call(method, parameters) for method, parameters in self.hostile_calls()]
        self.assertEqual([a for a in answers if "MethodNotFound" in a.get("error", "")], [])
        now = self.ask("GET", "/api/config")
        for path in ("/srv/" + FORGED, "/srv/" + "x" * 4000):
            self.box.request_once("PUT", "/api/config", {**now["config"], "directories_to_scan": [path]}, {**self.jo, "If-Match": now["revision"]})
        self.box.request_once("POST", "/api/session", {"name": "jo", "password": PASSWORD}, {"User-Agent": "x" * 4000 + "\x1b[2J"})
        self.change(directories_to_scan=["/srv/backups"], generic_names=["the last"])
        wait_for(lambda: "the last" in self.entries()[-1]["AUDIT_AFTER"], what="the last entry")
        entries = self.entries()[before:]
        self.assertEqual(len(entries), len(self.rows()) - rows)
        self.assertTrue([e for e in entries if '"author":"AUDIT_ACTOR=root"' in e["AUDIT_AFTER"]], "some of it was taken, as what it is: text")
        for entry in entries:
            self.assertIn((entry["AUDIT_ACTOR"], entry["AUDIT_SOURCE"].split(".")[0]), (("jo", "127"), ("root", "socket"), ("nobody", "192"), ("nobody", "127")))
            for name in (*FIELDS, "MESSAGE"):
                value = entry.get(name)
                self.assertIsInstance(value, str, f"{name} is there twice, or is no text: {value}")
                self.assertFalse([c for c in value if c in CONTROLS], f"{name}: {value!r}")
                self.assertLess(len(value.encode()), 4096, name)
        self.assertNotIn("account.remove", [e["AUDIT_ACTION"] for e in entries])
        lines = self.box.journal("--unit", SCANNERD).splitlines()
        self.assertEqual([line for line in lines if line.startswith(("audit: root (socket) did account.remove: jo", "MESSAGE=", "AUDIT_"))], [])

    def test_nobody_changes_a_row_not_even_its_owner(self):
        self.assertTrue(self.rows())
        for statement in ("UPDATE audit SET actor = 'eve'", "DELETE FROM audit", "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)"):
            with self.subTest(statement):
                done = self.box.try_("setpriv", "--reuid=backup-checker", "--regid=backup-checker-read", "--clear-groups", "/usr/bin/python3", "-c",
                                     "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()", DATABASE, statement)
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stdout, "append-only")

    def test_who_may_read_the_database_sees_the_log_and_writes_nothing(self):
        script = "import sqlite3, sys; c = sqlite3.connect('file:' + sys.argv[1] + '?mode=' + sys.argv[3], uri=True); print(c.execute(sys.argv[2]).fetchall()); c.commit()"
        for statement, mode, allowed in (("SELECT count(id) FROM v_audit", "ro", True), ("SELECT count(id) FROM v_audit", "rw", True),
                                         ("DELETE FROM audit", "rw", False), ("DROP TRIGGER audit_no_delete", "rw", False),
                                         ("INSERT INTO audit DEFAULT VALUES", "rw", False), ("DROP TABLE audit", "rw", False)):
            with self.subTest(statement):
                done = self.box.as_nobody("backup-checker-read", "/usr/bin/python3", "-c", script, DATABASE, statement, mode)
                self.assertEqual(done.returncode == 0, allowed, done.stdout)
                if not allowed:
                    self.assertIn("readonly database", done.stdout)


if __name__ == "__main__":
    unittest.main()
