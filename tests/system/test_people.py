"""People of an installed system: the first account by the link in the journal, and what the machine's own users may do with the command-line client."""
import json
import re
import unittest

from booted import SCANNERD, WEBD, InstalledTest, wait_for

PASSWORD, OTHER = "correct horse battery", "seven-green-kettles"
ROLE = "this needs the role "
SOCKET = "be root, or a member of the socket's group with an API token"
DATABASE = "be root or a member of the group backup-checker-read"

# A command, and what it says to somebody of no group, of backup-checker-read, and of backup-checker-control without and with a token of an operator:
# the exit code and some words.
GOOD = (0, "")
COMMANDS = (
    ("servers", (77, DATABASE), GOOD, (77, DATABASE), (77, DATABASE)),
    ("files", (77, DATABASE), GOOD, (77, DATABASE), (77, DATABASE)),
    ("status", (3, DATABASE), (2, "BACKUP CRITICAL - "), (3, DATABASE), (3, DATABASE)),
    ("config check", (78, "Permission denied"), GOOD, (78, "Permission denied"), (78, "Permission denied")),
    ("config show", (77, SOCKET), (77, SOCKET), (77, ROLE + "viewer"), GOOD),
    ("explain /srv/backups/web.tar", (77, SOCKET), (77, SOCKET), (77, ROLE + "viewer"), GOOD),
    ("scan directories --wait", (77, SOCKET), (77, SOCKET), (77, ROLE + "operator"), (0, "succeeded")),
    ("user list", (77, SOCKET), (77, SOCKET), (77, ROLE + "admin"), (77, ROLE + "admin")),
    ("user add eve --role admin --stdin", (77, SOCKET), (77, SOCKET), (77, ROLE + "admin"), (77, ROLE + "admin")),
    ("user passwd ann --stdin", (77, SOCKET), (77, SOCKET), (77, ROLE + "admin"), (77, ROLE + "admin")),
    ("user remove ann", (77, SOCKET), (77, SOCKET), (77, ROLE + "admin"), (77, ROLE + "admin")),
    ("token list", (77, SOCKET), (77, SOCKET), (77, ROLE + "admin"), (77, ROLE + "admin")),
    ("token add x --role admin", (77, SOCKET), (77, SOCKET), (77, ROLE + "admin"), (77, ROLE + "admin")),
)


class FirstStartTest(InstalledTest):
    def set_up(self, token, name="jo"):
        return self.box.request_once("POST", "/api/setup", {"token": token, "name": name, "password": PASSWORD}).status

    def restart(self):
        self.box.do("systemctl", "restart", WEBD)
        wait_for(self.box.healthy, what="health after the restart")

    def test_the_link_in_the_journal_makes_the_first_account_once(self):
        first = self.box.links()
        self.assertEqual(len(first), 1, self.box.journal("--unit", WEBD))
        seen = self.box.as_nobody("nogroup", "journalctl", "--unit", WEBD, "--output=cat").stdout
        self.assertNotIn("token=", seen)
        self.assertIn("insufficient permissions", seen)
        self.restart()
        links = wait_for(lambda: found if len(found := self.box.links()) == 2 else None, what="another link after the restart")
        self.assertNotEqual(links[0], links[1])
        self.assertEqual(self.set_up(links[0]), 403, "of the webd before")
        self.assertEqual(self.set_up(links[1]), 200)
        self.assertIn(self.set_up(links[1], "eve"), (403, 409))
        self.assertEqual(json.loads(self.box.do("backup-checker", "user", "list", "--json"))["accounts"][0]["name"], "jo")
        self.restart()
        self.box.do("systemctl", "restart", SCANNERD)
        wait_for(self.box.healthy, what="health after another restart")
        self.assertEqual(self.box.links(), links, "there is an account: no link any more")
        self.assertEqual(self.box.request_once("POST", "/api/session", {"name": "jo", "password": PASSWORD}).status, 200)

    def test_no_process_of_the_machine_shows_the_link_in_its_arguments(self):
        self.assertNotIn("token=", self.box.do("bash", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))


class ClientTest(InstalledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box.sh("mkdir -p /srv/backups; echo data >/srv/backups/web-2026-11-20.tar")

    def client(self, *words, stdin="", code=0):
        done = self.box.try_("backup-checker", *words, input=stdin)
        self.assertEqual(done.returncode, code, done.stdout)
        return done.stdout

    def sign_in(self, name, password):
        return self.box.request_once("POST", "/api/session", {"name": name, "password": password}).status

    def session(self, token):
        return self.box.request_once("GET", "/api/config", headers={"Authorization": "Bearer " + token}).status

    def test_root_gives_accounts_and_another_password_and_takes_them_away(self):
        self.client("user", "add", "ann", "--role", "admin", "--stdin", stdin=PASSWORD + "\n")
        self.client("user", "add", "bob", "--stdin", stdin=PASSWORD + "\n")
        listed = {a["name"]: a["role"] for a in json.loads(self.client("user", "list", "--json"))["accounts"]}
        self.assertEqual(listed, {"ann": "admin", "bob": "viewer"})
        self.assertEqual((self.sign_in("ann", PASSWORD), self.sign_in("bob", PASSWORD)), (200, 200))
        self.client("user", "passwd", "bob", "--stdin", stdin=OTHER + "\n")
        self.assertEqual((self.sign_in("bob", PASSWORD), self.sign_in("bob", OTHER)), (401, 200))
        self.client("user", "remove", "bob")
        self.assertEqual(self.sign_in("bob", OTHER), 401)
        self.assertEqual(self.sign_in("ann", PASSWORD), 200)

    def test_root_gives_tokens_and_takes_them_away(self):
        said = self.client("token", "add", "monitoring", "--role", "viewer", "--expires", "90d")
        token = re.search(r"^bc_[\w-]+$", said, re.M)[0]
        self.assertEqual(self.session(token), 200)
        self.assertIn("monitoring", self.client("token", "list"))
        self.client("token", "remove", "monitoring")
        wait_for(lambda: self.session(token) == 401, what="the end of the token")

    def test_root_scans_and_asks_for_the_status_as_monitoring_does(self):
        self.assertRegex(self.client("scan", "directories", "--wait"), "succeeded")
        self.assertRegex(self.client("scan", "servers", "--wait"), "succeeded")
        line = self.client("status", code=2).splitlines()[0]
        self.assertRegex(line, r"^BACKUP CRITICAL - [^|]+ \| (?:\w+=\d+\w?;[\d:]*;[\d:]*;\d+(?:;\d+)? ?)+$")
        self.assertRegex(line, r" scan_age=\d+s;")

    def test_what_somebody_without_rights_is_told_of_each_command(self):
        self.client("scan", "servers", "--wait")
        self.client("user", "add", "eva", "--role", "admin", "--stdin", stdin=PASSWORD + "\n")
        token = self.client("token", "add", "operator", "--role", "operator").splitlines()[0]
        people = (("nogroup", ()), ("backup-checker-read", ()), ("backup-checker-control", ()), ("backup-checker-control", ("BACKUP_CHECKER_TOKEN=" + token,)))
        for command, *expected in COMMANDS:
            for (group, environment), (code, words) in zip(people, expected):
                with self.subTest(f"{command}, {group} {'with a token' if environment else ''}"):
                    done = self.box.as_nobody(group, "backup-checker", *command.split(), environment=environment, stdin=PASSWORD + "\n")
                    self.assertEqual(done.returncode, code, done.stdout)
                    self.assertIn(words, done.stdout)
        self.assertNotIn("eve", self.client("user", "list"))


if __name__ == "__main__":
    unittest.main()
