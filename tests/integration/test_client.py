"""The command-line client backup-checker against a real scannerd: its answers, its exit codes, a terminal, Ctrl-C, an editor, and wrong input."""
import csv
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
import unittest

from harness import TOP, Deployment, big_tree, program, wait_for, write_file

# sysexits.h
EX_OK, EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_IOERR, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG = 0, 64, 65, 66, 69, 74, 75, 77, 78
NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")


class Terminal:
    """The client with a terminal of its own for all three streams, or for standard input and error only."""

    def __init__(self, command, env, columns=100):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, {**env, "COLUMNS": str(columns), "TERM": "xterm"})
        self.text = b""

    def read(self, seconds):
        """More of what it shows; False at its end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            more = os.read(self.fd, 65536)
        except OSError:  # EIO: nobody has the other side open any more
            return False
        self.text += more
        return more != b""

    def until(self, words, seconds=20):
        end = time.monotonic() + seconds
        while words.encode() not in self.text:
            if not self.read(0.1) or time.monotonic() > end:
                raise AssertionError(f"{words!r} was not shown: {self.text!r}")

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self, seconds=30):
        """Waits for its end; the exit code."""
        end = time.monotonic() + seconds
        while self.read(0.1):
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise AssertionError(f"it did not end: {self.text!r}")
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        self.env = {**os.environ, "BACKUP_CHECKER_SOCKET": self.d.socket, "BACKUP_CHECKER_DATABASE": self.d.database,
                    "BACKUP_CHECKER_CONFIG": self.d.config_path, "TZ": "UTC"}
        for name in ("VISUAL", "EDITOR", "NO_COLOR", "BACKUP_CHECKER_TOKEN", "SUDO_USER"):
            self.env.pop(name, None)

    def client(self, *arguments, prefix=(), env=None, **more):
        if "input" not in more:
            more["stdin"] = subprocess.DEVNULL
        return subprocess.run([*prefix, program("backup-checker"), *arguments], env={**self.env, **(env or {})}, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding="utf-8", errors="surrogateescape", timeout=60, check=False, **more)

    def good(self, *arguments, **more):
        done = self.client(*arguments, **more)
        self.assertEqual((done.returncode, done.stderr), (EX_OK, ""), done)
        return done.stdout

    def fails(self, code, words, *arguments, **more):
        """It ends with that code and one sentence with those words on standard error, and prints nothing else."""
        done = self.client(*arguments, **more)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (code, "", 1), done)
        self.assertTrue(done.stderr.startswith("backup-checker"), done.stderr)
        for word in words.split("|"):
            self.assertIn(word, done.stderr)

    def terminal(self, *arguments, env=None, **more):
        return Terminal([program("backup-checker"), *arguments], {**self.env, **(env or {})}, **more)

    def call(self, method, **parameters):
        with self.d.varlink() as v:
            answer = v.call(method, parameters)
            self.assertNotIn("error", answer, answer)
            return answer["parameters"]

    def add_servers(self, *names):
        return {name: self.call("AddServer", hostname=name, ip_address=f"10.0.0.{i + 1}")["id"] for i, name in enumerate(names)}

    def statuses(self):
        return {s["hostname"]: s["backup_status"] for s in json.loads(self.good("servers", "--json"))["servers"]}

    def settle(self, **expected):
        wait_for(lambda: {k: v for k, v in self.statuses().items() if k in expected} == expected, what=f"statuses {expected}")


class AnswerTest(ClientTest):
    def setUp(self):
        super().setUp()
        write_file(f"{self.d.backups}/web1/dump-a.tar", 5000, 2)
        write_file(f"{self.d.backups}/web2.example.org/dump.tar", 5000, 700)
        write_file(os.path.join(self.d.backups, "od\x1bd|\u202e,x.tar"), 70, 3)
        self.d.start_scannerd()
        self.ids = self.add_servers("web1", "web2.example.org", "lost", "web2.example.net")
        self.assertEqual(self.client("scan", "directories", "--wait").returncode, EX_OK)
        self.settle(**{"web1": "green", "web2.example.org": "yellow", "lost": "red"})

    def test_status_is_what_monitoring_expects(self):
        done = self.client("status")
        self.assertEqual((done.returncode, done.stderr), (2, ""))
        first, *rest = done.stdout.splitlines()
        self.assertRegex(first, r"^BACKUP CRITICAL - 3 of 4 servers without a good backup \(2 red, 1 yellow\) \| green=1;;;0;4 yellow=1;0;;0;4 "
                                r"red=2;;0;0;4 unknown=0;;;0;4 exempt=0;;;0;4 scan_age=\d+s;;;0$")
        self.assertEqual([line.split(":")[0] for line in rest], ["red lost", "red web2.example.net", "yellow web2.example.org"])
        self.assertEqual(done.stdout.count("|"), 1)  # another would begin more performance data

    def test_status_follows_what_is_critical_and_whom_it_is_about(self):
        self.call("UpdateServer", id=self.ids["web1"], hostname="web1", ip_address="10.0.0.1", tags=["prod"])
        for code, *arguments in ((0, "--critical", "none", "--warning", "none"), (1, "--critical", "none"), (2, "--warning", "none"),
                                 (2, "--critical", "yellow", "--warning", "red"), (0, "--tag", "PROD"), (3, "--tag", "absent"),
                                 (3, "--policy", "absent"), (2, "--policy", "default"), (0, "--tag", "prod", "--scan-age", "1h")):
            with self.subTest(arguments):
                self.assertEqual(self.client("status", *arguments).returncode, code)
        self.assertEqual(len(self.client("status", "--limit", "1").stdout.splitlines()), 3)
        self.assertEqual(len(self.client("status", "--limit", "0").stdout.splitlines()), 1)

    def test_status_as_json_has_the_same_verdict(self):
        done = self.client("status", "--json")
        answer = json.loads(done.stdout)
        self.assertEqual((done.returncode, answer["exit_code"], answer["state"], answer["servers"]), (2, 2, "CRITICAL", 4))
        self.assertEqual(answer["by_status"], {"green": 1, "yellow": 1, "red": 2, "unknown": 0, "exempt": 0})
        self.assertEqual(answer["worst"][0]["hostname"], "lost")

    def test_every_failure_of_status_is_unknown(self):
        for arguments in (("--limit", "x"), ("--critical", "blue"), ("--scan-age", "soon"), ("--bogus",), ("stray",),
                          ("--database", "/nowhere/x.db"), ("--json", "--database", "/nowhere/x.db"), ("--limit",)):
            with self.subTest(arguments):
                done = self.client("status", *arguments)
                self.assertEqual(done.returncode, 3, done)
                self.assertEqual(done.stdout.count("\n") + done.stderr.count("\n"), 1, done)

    def test_lists_agree_with_the_database(self):
        rows = json.loads(self.good("servers", "--json", "--status", "red,yellow"))
        self.assertEqual(rows["count"], 3)
        self.assertEqual(rows["servers"][2]["backup_path"], f"{self.d.backups}/web2.example.org/dump.tar")
        table = self.good("servers").splitlines()
        self.assertEqual(table[0].split()[:4], ["ID", "STATUS", "SERVER", "ADDRESS"])
        self.assertEqual(len(table), 5)
        listed = list(csv.DictReader(io.StringIO(self.good("servers", "--csv"), newline="")))
        self.assertEqual([r["hostname"] for r in listed], ["lost", "web2.example.net", "web2.example.org", "web1"])
        files = list(csv.DictReader(io.StringIO(self.good("files", "--csv"), newline="")))
        self.assertEqual([f["server"] for f in files].count("web1"), 1)
        self.assertEqual(json.loads(self.good("files", "--json", "--unmatched"))["count"], 1)

    def test_a_server_is_meant_by_number_name_alias_short_name_or_address(self):
        self.call("AddAlias", id=self.ids["web1"], alias="wiki")
        for name in (str(self.ids["web1"]), "web1", "WEB1", "wiki", "10.0.0.1"):
            with self.subTest(name):
                self.assertEqual(json.loads(self.good("files", "--json", "--server", name))["count"], 1)
        self.assertEqual(json.loads(self.good("files", "--json", "--server", "web2.example.org"))["count"], 1)
        self.fails(EX_DATAERR, f"\"web2\" may be {self.ids['web2.example.org']} (web2.example.org, 10.0.0.2), |give its number",
                   "files", "--server", "web2")
        self.fails(EX_NOINPUT, "no server has", "files", "--server", "web")

    def test_hostile_names_are_inert_in_tables_and_on_terminals(self):
        table = self.good("files", "--unmatched")
        self.assertIn("od\\x1bd|\\u202e,x.tar", table)
        self.assertIn("od\x1bd|\u202e,x.tar", json.loads(self.good("files", "--json", "--unmatched"))["files"][0]["filepath"])
        self.assertIn("\\x1b", self.good("explain", os.path.join(self.d.backups, "od\x1bd|\u202e,x.tar")))
        for arguments in (("--csv",), ("--json",), ()):
            t = self.terminal("files", "--unmatched", *arguments, env={"NO_COLOR": "1"})
            self.assertEqual(t.end(), EX_OK)
            self.assertNotIn(b"\x1b", t.text)
            self.assertNotIn("\u202e".encode(), t.text)

    def test_colours_are_for_terminals_that_want_them_and_rows_fit(self):
        t = self.terminal("servers", columns=60)
        self.assertEqual(t.end(), EX_OK)
        self.assertIn(b"\x1b[1;31mred\x1b[0m", t.text)
        for line in re.sub(rb"\x1b\[[0-9;]*m", b"", t.text).decode().splitlines():
            self.assertLessEqual(len(line), 60)
        plain = self.terminal("servers", env={"NO_COLOR": "1"})
        self.assertEqual(plain.end(), EX_OK)
        self.assertNotIn(b"\x1b", plain.text)
        self.assertNotIn("\x1b", self.good("servers"))

    def test_explain_and_unmatched_say_why(self):
        text = self.good("explain", f"{self.d.backups}/web1/dump-a.tar")
        self.assertIn("Server: web1\nCounts: yes\n", text)
        self.assertGreater(text.count("\n- "), 0)
        self.assertEqual(json.loads(self.good("explain", "--json", f"{self.d.backups}/web1/dump-a.tar"))["server_name"], "web1")
        self.assertIn("dump-a.tar", self.good("explain", "dump-a.tar", cwd=f"{self.d.backups}/web1"))
        self.assertEqual(len(self.good("unmatched").splitlines()), 2)
        self.assertEqual(len(json.loads(self.good("unmatched", "--json"))["groups"]), 1)

    def test_an_exemption_is_made_and_ended(self):
        self.good("exempt", "lost", "--reason", "a lab", "--until", "2099-01-31", "--author", "ann")
        row = next(s for s in json.loads(self.good("servers", "--json", "--status", "exempt"))["servers"])
        self.assertEqual((row["hostname"], row["exempt_reason"], row["reason"]), ("lost", "a lab", "Exempt until 2099-01-31 (a lab, says ann)."))
        self.good("unexempt", "lost")
        self.settle(lost="red")
        self.fails(EX_USAGE, "--reason TEXT is needed", "exempt", "lost")
        self.fails(EX_DATAERR, "until", "exempt", "lost", "--reason", "x", "--until", "someday")

    def test_who_may_not_read_or_ask_is_told_what_would_help(self):
        self.fails(EX_NOPERM, "you may not read|backup-checker-read", "servers", prefix=NOBODY)
        self.fails(EX_NOPERM, "you may not use|be root", "config", "show", prefix=NOBODY)
        done = self.client("status", prefix=NOBODY)
        self.assertEqual((done.returncode, done.stdout[:17]), (3, "BACKUP UNKNOWN - "))

    def test_a_full_disk_is_said(self):
        for arguments in (("servers",), ("files", "--csv"), ("--help",), ("completion",)):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                done = subprocess.run([program("backup-checker"), *arguments], env=self.env, stdout=full, stderr=subprocess.PIPE, check=False, timeout=20)
                self.assertEqual(done.returncode, EX_IOERR, done)


class ScanTest(ClientTest):
    def test_a_scan_that_is_waited_for_ends_with_its_result(self):
        write_file(f"{self.d.backups}/web1/a.tar")
        self.d.start_scannerd()
        done = self.client("scan", "directories", "--wait")
        self.assertEqual(done.returncode, EX_OK, done)
        self.assertRegex(done.stdout, r"^Scan \d+ of directories succeeded: 1 files? in ")
        self.assertNotIn("\r", done.stderr)
        self.assertEqual(self.client("scan", "directories", self.d.backups, "--wait").returncode, EX_OK)
        self.assertRegex(self.good("scan", "directories"), r"^Scan \d+ of directories has begun\.$")

    def test_a_scan_that_is_refused_says_why(self):
        self.d.start_scannerd()
        self.fails(EX_NOPERM, "/nowhere is not one of the configured", "scan", "directories", "/nowhere", "--wait")
        self.fails(EX_NOINPUT, "no scan 99", "scan", "cancel", "99")
        self.fails(EX_USAGE, "no scan's number", "scan", "cancel", "x")
        self.fails(EX_USAGE, "needs more", "scan", "cancel")
        self.fails(EX_USAGE, "is the beginning of a command", "scan")

    def test_a_terminal_shows_a_bar_that_is_drawn_over_itself_and_then_the_result(self):
        big_tree(os.path.join(self.d.backups, "many"))
        self.d.start_scannerd()
        t = self.terminal("scan", "directories", "--wait", columns=90)
        self.assertEqual(t.end(60), EX_OK)
        drawn = t.text.split(b"\r\x1b[K")
        self.assertGreater(len(drawn), 2, t.text)
        self.assertTrue(any(b" files in " in text for text in drawn[1:-1]), t.text)
        self.assertTrue(drawn[-1].startswith(b"Scan 1 of directories succeeded"), t.text)

    def test_ctrl_c_cancels_the_scan_and_says_so(self):
        big_tree(os.path.join(self.d.backups, "many"))
        self.d.start_scannerd()
        t = self.terminal("scan", "directories", "--wait")
        t.until(" files in ")
        t.type("\x03")
        self.assertEqual(t.end(), 130)
        self.assertIn(b"cancelling scan 1", t.text)
        self.assertIn(b"Scan 1 of directories cancelled", t.text)
        self.assertEqual(self.d.sql("SELECT state FROM scans"), [("cancelled",)])

    def test_a_scan_that_somebody_else_cancels_has_failed(self):
        big_tree(os.path.join(self.d.backups, "many"))
        self.d.start_scannerd()
        t = self.terminal("scan", "directories", "--wait")
        t.until(" files in ")
        self.good("scan", "cancel", "1")
        self.assertEqual(t.end(), 1)

    def test_a_scannerd_that_goes_away_is_said(self):
        big_tree(os.path.join(self.d.backups, "many"))
        self.d.start_scannerd()
        t = self.terminal("scan", "directories", "--wait")
        t.until(" files in ")
        self.d.end(self.d.scannerd, signal.SIGKILL)
        self.assertEqual(t.end(), EX_UNAVAILABLE)
        self.assertIn(b"connection was lost", t.text)
        self.fails(EX_UNAVAILABLE, "does not listen|is it running?", "scan", "directories")


class ConfigTest(ClientTest):
    def setUp(self):
        super().setUp()
        self.d.start_scannerd()

    def editor(self, *commands):
        """An editor that runs one Python line on the text `t` each time it is called, the last one ever after."""
        path = os.path.join(self.d.base, "fake-editor")
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"""#!/usr/bin/python3
import os, sys
lines, count = {list(commands)!r}, sys.argv[0] + ".count"
n = int(open(count).read()) if os.path.exists(count) else 0
open(count, "w").write(str(n + 1))
t = open(sys.argv[-1]).read()
open(sys.argv[0] + ".args", "w").write(repr((sys.argv[1:], oct(os.stat(sys.argv[-1]).st_mode))))
variables = dict(t=t)
exec(lines[min(n, len(lines) - 1)], variables)
open(sys.argv[-1], "w").write(variables["t"])
""")
        os.chmod(path, 0o755)
        return {"EDITOR": path + " --wait", "TMPDIR": self.d.base}

    def left(self):
        return [name for name in os.listdir(self.d.base) if name.startswith("backup-checker-")]

    def in_force(self):
        return json.loads(self.good("config", "show", "--json"))["config"]

    def test_what_an_editor_changes_is_in_force_and_in_the_file(self):
        env = self.editor("t = t.replace('\"subnets_to_scan\": []', '\"subnets_to_scan\": [\"127.0.0.0/30\"]')")
        self.good("config", "edit", env=env)
        self.assertEqual(self.in_force()["subnets_to_scan"], ["127.0.0.0/30"])
        self.assertIn("127.0.0.0/30", self.good("config", "show"))
        with open(self.d.config_path, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["subnets_to_scan"], ["127.0.0.0/30"])
        with open(env["EDITOR"].split()[0] + ".args", encoding="utf-8") as f:
            self.assertRegex(f.read(), r"^\(\['--wait', '.*\.json'\], '0o100600'\)$")
        self.assertEqual(self.left(), [])

    def test_a_text_left_alone_changes_nothing(self):
        done = self.client("config", "edit", env=self.editor("pass"))
        self.assertEqual((done.returncode, done.stderr), (EX_OK, "backup-checker: nothing was changed\n"))
        self.assertEqual(self.left(), [])

    def test_a_refused_text_is_kept_where_nobody_can_be_asked(self):
        for change, words in (("t = t.replace('[]', '[\"300.1.1.1/8\"]')", "subnets_to_scan[0]"), ("t = '{'", "line 1"), ("t = '[1]'", "not an object"),
                              ("t = t.replace('{', '{\"limits\": {},', 1)", "limits"), ("t = t.replace('subnets', 'subnet')", "subnet_to_scan")):
            with self.subTest(change):
                done = self.client("config", "edit", env=self.editor(change))
                self.assertIn(done.returncode, (EX_DATAERR, EX_NOPERM), done)
                self.assertIn(words, done.stderr)
                self.assertIn("your text is kept in ", done.stderr)
                kept = self.left()
                self.assertEqual(len(kept), 1)
                os.unlink(os.path.join(self.d.base, kept[0]))
                os.unlink(os.path.join(self.d.base, "fake-editor.count"))
        self.assertEqual(self.in_force()["subnets_to_scan"], [])

    def test_a_refused_text_can_be_mended_at_a_terminal(self):
        env = self.editor("t = t.replace('[]', '[\"bad/99\"]')", "t = t.replace('bad/99', '127.0.0.1/32')")
        t = self.terminal("config", "edit", env=env)
        t.until("Edit it again?")
        t.type("\n")
        self.assertEqual(t.end(), EX_OK)
        self.assertEqual(self.in_force()["subnets_to_scan"], ["127.0.0.1/32"])
        self.assertEqual(self.left(), [])

    def test_who_gives_up_at_a_terminal_keeps_the_text(self):
        t = self.terminal("config", "edit", env=self.editor("t = t.replace('[]', '[\"bad/99\"]')"))
        t.until("Edit it again?")
        t.type("n\n")
        self.assertEqual(t.end(), EX_DATAERR)
        self.assertEqual(len(self.left()), 1)

    def test_a_change_in_between_is_not_overwritten(self):
        present = self.call("GetConfig")
        change = f"""
import json, sys
sys.path.insert(0, {os.path.join(TOP, "tests", "integration")!r})
from harness import Varlink
with Varlink({self.d.socket!r}) as v:
    v.call("SetConfig", {{"config": {{**json.loads({json.dumps(present["config"])!r}), "generic_names": ["other"]}}, "revision": {present["revision"]!r}}})
t = t.replace('[]', '["127.0.0.1/32"]')
"""
        done = self.client("config", "edit", env=self.editor(change))
        self.assertEqual(done.returncode, EX_TEMPFAIL, done)
        self.assertIn("somebody else has changed it", done.stderr)
        self.assertEqual((self.in_force()["generic_names"], self.in_force()["subnets_to_scan"]), (["other"], []))
        self.assertEqual(len(self.left()), 1)

    def test_an_editor_that_fails_changes_nothing(self):
        for editor, words in (("false", "ended with a failure"), ("/nowhere/ed", "cannot start the editor|set EDITOR")):
            with self.subTest(editor):
                done = self.client("config", "edit", env={"EDITOR": editor, "TMPDIR": self.d.base})
                self.assertEqual(done.returncode, EX_UNAVAILABLE, done)
                for word in words.split("|"):
                    self.assertIn(word, done.stderr)

    def test_a_file_is_judged_without_being_used(self):
        self.assertIn("valid (directories: 1, subnets: 0)", self.good("config", "check"))
        path = os.path.join(self.d.base, "other.json")
        for text, words in (("{", "line 1"), ('{"directories_to_scan": ["relative"], "subnets_to_scan": []}', "directories_to_scan[0]"),
                            ('{"directories_to_scan": [], "subnet_to_scan": []}', "subnets_to_scan")):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            self.fails(EX_CONFIG, f"{path}: |{words}", "config", "check", path)
        self.fails(EX_CONFIG, "/nowhere.json", "config", "check", "--config", "/nowhere.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump({**self.d.config, "directories_to_scan": ["/nowhere/at/all"]}, f)
        done = self.client("config", "check", path)
        self.assertEqual((done.returncode, done.stderr), (EX_OK, "backup-checker: warning: /nowhere/at/all: No such file or directory\n"))

    def test_everything_in_force_is_shown_when_asked_for(self):
        self.assertIn('"smallest_prefix_v4": 16', self.good("config", "show", "--all"))
        self.assertNotIn("smallest_prefix_v4", self.good("config", "show"))


class AccountTest(ClientTest):
    def setUp(self):
        super().setUp()
        self.d.start_scannerd()

    def accounts(self):
        return {a["name"]: a["role"] for a in json.loads(self.good("user", "list", "--json"))["accounts"]}

    def sign_in(self, name, password):
        with self.d.varlink() as v:
            return v.call("SignIn", {"name": name, "password": password})

    def test_accounts_are_added_changed_and_removed(self):
        self.good("user", "add", "ann", "--role", "admin", "--stdin", input="correct horse battery\n")
        self.good("user", "add", "bob", "--stdin", input="staple correct horse")
        self.assertEqual(self.accounts(), {"ann": "admin", "bob": "viewer"})
        self.good("user", "role", "bob", "operator")
        self.good("user", "passwd", "BOB", "--stdin", input="another horse battery\nnot read\n")
        self.assertIn("session", self.sign_in("bob", "another horse battery")["parameters"])
        self.assertIn("error", self.sign_in("bob", "staple correct horse"))
        self.good("user", "remove", "bob")
        self.assertEqual(self.accounts(), {"ann": "admin"})

    def test_wrong_accounts_get_a_sentence(self):
        self.good("user", "add", "ann", "--role", "admin", "--stdin", input="correct horse battery\n")
        secret = {"input": "correct horse battery\n"}
        for code, words, arguments, more in (
                (EX_DATAERR, "password", ("user", "add", "eve", "--stdin"), {"input": "short\n"}),
                (EX_DATAERR, "no password was given", ("user", "add", "eve", "--stdin"), {"input": ""}),
                (EX_DATAERR, "too long", ("user", "add", "eve", "--stdin"), {"input": "x" * 300}),
                (EX_USAGE, "no role", ("user", "add", "eve", "--role", "king", "--stdin"), secret),
                (EX_USAGE, "no role", ("user", "role", "ann", "none"), {}),
                (EX_NOINPUT, "there is no account \"eve\"", ("user", "passwd", "eve", "--stdin"), secret),
                (EX_NOINPUT, "there is no account \"eve\"", ("user", "remove", "eve"), {}),
                (EX_UNAVAILABLE, "there is no terminal|--stdin", ("user", "add", "eve"), {"start_new_session": True}),
                (EX_USAGE, "needs more: user add NAME", ("user", "add"), {}),
                (EX_USAGE, "\"b\" is too much", ("user", "add", "a", "b"), {}),
                (EX_USAGE, "did you mean user add?", ("user", "ad"), {}),
        ):
            with self.subTest(arguments):
                self.fails(code, words, *arguments, **more)
        done = self.client("user", "add", "ann", "--stdin", **secret)
        self.assertNotEqual(done.returncode, EX_OK)
        self.assertEqual(self.accounts(), {"ann": "admin"})

    def test_a_password_is_asked_for_twice_and_not_shown(self):
        t = self.terminal("user", "add", "ann", "--role", "admin")
        for question in ("New password: ", "The same again: "):
            t.until(question)
            t.type("correct horse battery\n")
        self.assertEqual(t.end(), EX_OK)
        self.assertNotIn(b"horse", t.text)
        self.assertEqual(self.accounts(), {"ann": "admin"})
        t = self.terminal("user", "passwd", "ann")
        for question, answer in (("New password: ", "one horse battery\n"), ("The same again: ", "two horse battery\n")):
            t.until(question)
            t.type(answer)
        self.assertEqual(t.end(), EX_DATAERR)
        self.assertIn(b"two different passwords", t.text)

    def test_ctrl_c_at_the_question_ends_it_without_an_account(self):
        t = self.terminal("user", "add", "ann")
        t.until("New password: ")
        t.type("corr\x03")
        self.assertNotEqual(t.end(), EX_OK)
        self.assertIn(b"interrupted", t.text)
        self.assertEqual(self.accounts(), {})

    def test_a_token_is_printed_once_and_speaks_for_its_role(self):
        done = self.client("token", "add", "ci", "--role", "viewer", "--expires", "90d")
        self.assertEqual(done.returncode, EX_OK, done)
        self.assertRegex(done.stdout, r"^bc_[A-Za-z0-9_-]{40,}\n$")
        token = {"BACKUP_CHECKER_TOKEN": done.stdout.strip()}
        listed = json.loads(self.good("token", "list", "--json"))["tokens"]
        self.assertEqual([(t["name"], t["role"]) for t in listed], [("ci", "viewer")])
        self.assertNotIn(done.stdout.strip(), self.good("token", "list"))
        self.assertIn("directories_to_scan", self.good("config", "show", env=token))
        self.fails(EX_NOPERM, "operator", "scan", "directories", env=token)
        self.good("token", "remove", "ci")
        self.fails(EX_NOPERM, "", "config", "show", env=token)
        self.fails(EX_NOINPUT, "there is no token", "token", "remove", "ci")
        self.fails(EX_USAGE, "not in the future", "token", "add", "x", "--expires", "2001-01-31")

    def test_a_token_whose_name_is_a_number_is_not_taken_for_another(self):
        numbers = []
        for name in ("first", "1"):
            self.assertEqual(self.client("token", "add", name).returncode, EX_OK)
            numbers.append(next(t["id"] for t in json.loads(self.good("token", "list", "--json"))["tokens"] if t["name"] == name))
        self.assertEqual(numbers[0], 1)
        self.fails(EX_DATAERR, "another is called so", "token", "remove", "1")
        self.good("token", "remove", str(numbers[1]))
        self.good("token", "remove", "1")
        self.assertEqual(json.loads(self.good("token", "list", "--json"))["tokens"], [])


class DoctorTest(ClientTest):
    def findings(self, *arguments):
        done = self.client("doctor", "--json", *arguments)
        answer = json.loads(done.stdout)
        self.assertEqual(done.returncode, 2 if answer["errors"] else 1 if answer["warnings"] else 0)
        found = {}
        for c in answer["checks"]:
            found.setdefault(c["check"], []).append(c)
        return found

    def test_a_good_installation_has_no_errors(self):
        write_file(f"{self.d.backups}/web1/a.tar")
        self.d.write_config(subnets_to_scan=["127.0.0.1/32"])
        self.d.start_scannerd()
        for kind in ("directories", "servers"):
            self.assertEqual(self.client("scan", kind, "--wait").returncode, EX_OK)
        self.good("user", "add", "ann", "--role", "admin", "--stdin", input="correct horse battery\n")
        found = self.findings()
        self.assertEqual([c for rows in found.values() for c in rows if c["level"] == "error"], [])
        for name in ("configuration", "state", "database", "socket", "scannerd", "nmap", "directories", "scans"):
            self.assertEqual({c["level"] for c in found[name]}, {"ok"}, found[name])
        text = self.client("doctor").stdout
        self.assertRegex(text, r"(?m)^ok       database       schema version \d+$")

    def test_each_thing_that_is_wrong_is_found_with_what_to_do(self):
        gone = os.path.join(self.d.base, "gone")
        os.mkdir(gone)
        write_file(f"{gone}/web1/a.tar")
        self.d.write_config(directories_to_scan=[self.d.backups, gone])
        self.d.start_scannerd()
        self.assertEqual(self.client("scan", "directories", "--wait").returncode, EX_OK)
        os.rename(gone, gone + "-away")
        self.client("scan", "directories", "--wait")
        os.chmod(self.d.database, 0o666)
        os.chmod(self.d.state, 0o755)
        os.chmod(self.d.socket, 0o666)
        found = self.findings("--config", self.d.config_path)
        self.assertEqual({c["level"] for c in found["database"]} - {"ok"}, {"error"})
        self.assertIn("everybody may write", found["database"][0]["message"])
        self.assertEqual(found["database"][0]["advice"], f"chmod 0640 {self.d.database}")
        self.assertEqual(found["state"][0]["level"], "warning")
        self.assertEqual(found["socket"][0]["level"], "error")
        self.assertIn(("error", gone), {(c["level"], c["message"].split(" ")[0]) for c in found["directories"]})
        self.assertEqual(found["configuration"][0]["level"], "warning")  # no networks

    def test_without_scannerd_and_database_it_still_tells_everything_else(self):
        self.d.write_config()
        found = self.findings()
        for name in ("state", "database", "socket", "scannerd"):
            self.assertEqual(found[name][0]["level"], "error", found[name])
            self.assertTrue(found[name][0]["advice"])
        self.assertEqual(found["nmap"][0]["level"], "ok")
        with open(self.d.config_path, "w", encoding="utf-8") as f:
            f.write('{"directories_to_scan": 1}')
        self.assertIn("directories_to_scan", self.findings()["configuration"][0]["message"])

    def test_a_missing_nmap_is_an_error(self):
        self.d.write_config()
        done = self.client("doctor", "--json", env={"PATH": self.d.base})
        nmap = next(c for c in json.loads(done.stdout)["checks"] if c["check"] == "nmap")
        self.assertEqual((nmap["level"], nmap["advice"]), ("error", "apt-get install nmap"))


class PrintTest(ClientTest):
    def commands(self):
        listed = re.findall(r"^  ((?:[a-z]+ ?)+)", self.good("--help"), re.M)
        self.assertGreater(len(listed), 20)
        return [name.strip() for name in listed]

    def test_printed_files_in_the_tree_are_what_the_program_prints(self):
        for path, arguments in (("man/backup-checker.1", ("--print-manual",)), ("client/backup-checker.bash", ("completion",))):
            with self.subTest(path), open(os.path.join(TOP, path), encoding="utf-8") as f:
                self.assertEqual(f.read(), self.good(*arguments), f"{path} is out of date; run `make print`")

    def test_the_manual_has_no_warnings_and_names_every_command(self):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", os.path.join(TOP, "man/backup-checker.1")], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        manual = self.good("--print-manual")
        for name in self.commands():
            self.assertIn(f".SS {name}\n", manual)

    def test_every_command_has_help_that_fits_a_terminal(self):
        for name in self.commands():
            with self.subTest(name):
                text = self.good(*name.split(), "--help")
                self.assertTrue(text.startswith(f"Usage: backup-checker {name} [OPTION]..."), text)
                self.assertIn("  --socket PATH", text)
                self.assertLessEqual(max(len(line) for line in text.splitlines()), 80, text)

    def test_completion_knows_commands_options_and_words(self):
        def complete(*words):
            line = " ".join(words)
            script = (f". client/backup-checker.bash; compopt() {{ :; }}; COMP_WORDS=({' '.join(repr(w) for w in words)}); "
                      f"COMP_CWORD={len(words) - 1}; _backup_checker; echo \"${{COMPREPLY[@]}}\"")
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, cwd=TOP)
            self.assertEqual((done.returncode, done.stderr), (0, ""), line)
            return done.stdout.split()
        self.assertEqual(complete("backup-checker", "st"), ["status"])
        self.assertEqual(set(complete("backup-checker", "scan", "")), {"directories", "servers", "cancel"})
        self.assertEqual(complete("backup-checker", "scan", "directories", "--w"), ["--wait"])
        self.assertEqual(complete("backup-checker", "user", "add", "ann", "--role", "o"), ["operator"])
        self.assertEqual(complete("backup-checker", "config", "check", "READ"), ["README.md"])
        self.assertEqual(complete("backup-checker", "servers", "--j"), ["--json"])

    def test_a_wrong_command_line_ends_with_usage_and_a_sentence(self):
        for words, *arguments in (("which command?",), ("did you mean status?", "statu"), ("unknown command \"xyzzy\"", "xyzzy"),
                                  ("unknown command \"\"", ""), ("unknown option -x", "-x"), ("unknown option --bogus", "--bogus", "servers"),
                                  ("unknown option --jsn; did you mean --json?", "servers", "--jsn"), ("is too much", "servers", "x"),
                                  ("needs a value", "servers", "--status"), ("no status", "servers", "--status", "blue"),
                                  ("exclude each other", "files", "--json", "--csv"), ("which command?", "--socket", "/x"),
                                  ("which command?", "--socket"), ("takes no value", "servers", "--json=1")):
            with self.subTest(arguments):
                self.fails(EX_USAGE, words, *arguments)

    def test_options_of_every_command_may_stand_before_it(self):
        self.fails(EX_UNAVAILABLE, "/nowhere/x.sock", "--socket", "/nowhere/x.sock", "config", "show")
        self.fails(EX_UNAVAILABLE, "/nowhere/x.sock", "--database=/x", "--socket=/nowhere/x.sock", "config", "show")
        self.assertRegex(self.good("--version"), r"^backup-checker \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()
