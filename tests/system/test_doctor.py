"""The doctor in an installed system: silent where all is well, and for each thing that is broken the sentence that says what to do."""
import json
import unittest

from booted import CONFIG, DATABASE, SCANNERD, STATE, WEBD, InstalledTest, wait_for

# With its socket, so that nobody starts scannerd again meanwhile.
STOP, START = f"systemctl stop backup-checker-scannerd.socket {SCANNERD}", f"systemctl reset-failed {SCANNERD}; systemctl start {SCANNERD}"
# All that is in the database is in its file, of which there is a copy; and back to that, also for webd's open connections.
CLOSE_DATABASE = (f"{STOP}; /usr/bin/python3 -c 'import sqlite3; "
                  f"sqlite3.connect(\"{DATABASE}\").execute(\"PRAGMA wal_checkpoint(TRUNCATE)\")'; cp -a {DATABASE} /root/db")
OLD_DATABASE = f"systemctl stop {WEBD}; {STOP}; rm -f {DATABASE}-*; mv /root/db/* {STATE}; {START} {WEBD}"
# What is broken, how, and what the doctor has to say: of which check, how grave, in which words, with which advice. Advice that is a command is
# obeyed, else `mend` is run; afterwards all has to be well again.
BROKEN = (
    ("a socket unit that was stopped", "systemctl stop backup-checker-netscan.socket",
     "units", "error", "backup-checker-netscan.socket is inactive", "systemctl enable --now backup-checker-netscan.socket", None),
    ("webd's socket unit that was stopped", "systemctl stop backup-checker-webd.socket",
     "units", "error", "backup-checker-webd.socket is inactive", "systemctl enable --now backup-checker-webd.socket", None),
    ("the file of netscan's socket is removed", "rm /run/backup-checker/netscan.sock",
     "units", "error", "/run/backup-checker/netscan.sock is missing", "systemctl restart backup-checker-netscan.socket", None),
    ("scannerd is stopped with its socket", f"systemctl stop backup-checker-scannerd.socket {SCANNERD}",
     "scannerd", "error", "does not listen", "systemctl start backup-checker-scannerd", "systemctl start backup-checker-scannerd"),
    ("a daemon that keeps dying", f"for i in 1 2 3; do systemctl kill --kill-whom=main --signal=KILL {SCANNERD}; "
     f"until [ $(systemctl show --value -p NRestarts {SCANNERD}) -ge $i ]; do sleep 0.1; done; done",
     "units", "warning", "was restarted 3 times", f"systemctl reset-failed {SCANNERD}", f"systemctl reset-failed {SCANNERD}"),
    ("webd hangs", f"systemctl kill --kill-whom=main --signal=STOP {WEBD}",
     "webd", "error", "does not answer at 127.0.0.1:8080", "systemctl restart backup-checker-webd",
     f"systemctl kill --kill-whom=main --signal=CONT {WEBD}"),
    ("settings with a mistake", f"cp -a {CONFIG} /root/good; echo '{{\"directories_to_scan\": 1}}' >{CONFIG}",
     "configuration", "error", "directories_to_scan", "mend the file", f"cp -a /root/good {CONFIG}"),
    ("settings that are no JSON", f"cp -a {CONFIG} /root/good; echo '{{' >{CONFIG}",
     "configuration", "error", CONFIG, "config check", f"cp -a /root/good {CONFIG}"),
    ("settings that are missing", f"mv {CONFIG} /root/good", "configuration", "error", "there is no configuration file", "--config", f"mv /root/good {CONFIG}"),
    ("everybody may write the state", f"chmod 777 {STATE}", "state", "error", "everybody may write", f"chmod 0750 {STATE}", None),
    ("the state belongs to another user", f"chown root {STATE}",
     "state", "error", "belongs to root, but scannerd runs as backup-checker", f"chown -R backup-checker {STATE}", None),
    ("everybody may write the database", f"chmod 666 {DATABASE}", "database", "error", "everybody may write", f"chmod 0640 {DATABASE}", None),
    ("the group may read the accounts", f"chmod 640 {STATE}/accounts.db",
     "database", "warning", "its group may read", f"chmod 0600 {STATE}/accounts.db", None),
    ("the database is missing", f"{STOP}; mv {DATABASE}* /root/db",
     "database", "error", "No such file", "start scannerd, which makes it",
     OLD_DATABASE),
    ("the database is something else", f"{CLOSE_DATABASE}; seq 10000 >{DATABASE}",
     "database", "error", "not a database", "restore it from a backup",
     OLD_DATABASE),
    ("pages of the database are lost", f"{CLOSE_DATABASE}; "
     f"dd if=/dev/zero of={DATABASE} bs=4096 seek=12 count=3 conv=notrunc status=none",
     "database", "error", "is damaged", "restore it from a backup",
     OLD_DATABASE),
    ("little room is left", f"{STOP}; cp -a {STATE} /root/state; mount -t tmpfs -o size=40m tmpfs {STATE}; cp -a /root/state/. {STATE}; {START}",
     "disk", "error", "left", "free some space", f"{STOP}; umount -l {STATE}; rm -r /root/state; {START}"),
    ("nmap is not installed", "mv /usr/bin/nmap /root", "nmap", "error", "nmap is not installed", "apt-get install nmap", "mv /root/nmap /usr/bin"),
    ("a directory to scan is gone", "mv /srv/backups /srv/away",
     "directories", "error", "/srv/backups: No such file", "mount it or make it again", "mv /srv/away /srv/backups"),
    ("a directory to scan has become a file", "mv /srv/backups /srv/away; touch /srv/backups",
     "directories", "error", "is no directory", "name the directory", "rm /srv/backups; mv /srv/away /srv/backups"),
    ("a directory was gone when it was scanned", "mv /srv/backups /srv/away; backup-checker scan directories --wait || true; mv /srv/away /srv/backups",
     "directories", "error", "/srv/backups is not available", "make it readable again", "backup-checker scan directories --wait"),
    ("a directory that scannerd may not list", "install -d -m 700 -o nobody /srv/backups/secret; mkdir -p /etc/systemd/system/" + SCANNERD + ".d; "
     f"printf '[Service]\\nAmbientCapabilities=\\nCapabilityBoundingSet=\\n' >/etc/systemd/system/{SCANNERD}.d/test.conf; "
     f"systemctl daemon-reload; systemctl restart {SCANNERD}; backup-checker scan directories --wait",
     "directories", "warning", "1 directories could not be read", "give scannerd's user the right to list them",
     f"rm -r /etc/systemd/system/{SCANNERD}.d; systemctl daemon-reload; systemctl restart {SCANNERD}; backup-checker scan directories --wait"),
)
COMMANDS = ("systemctl ", "chmod ", "chown ")
CODES = {"warning": 1, "error": 2}


class DoctorTest(InstalledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box.sh("mkdir -p /srv/backups; echo data >/srv/backups/web-2026-11-20.tar; mkdir -p /root/db")
        cls.before = cls.doctor()
        cls.box.sh("echo correct horse battery | backup-checker user add jo --role admin --stdin; "
                   "backup-checker scan directories --wait; backup-checker scan servers --wait")

    @classmethod
    def doctor(cls, *prefix):
        """(its exit code, what it found)."""
        done = cls.box.try_(*prefix, "backup-checker", "doctor", "--json")
        return done.returncode, json.loads(done.stdout)["checks"]

    def bad(self, *prefix):
        code, found = self.doctor(*prefix)
        return code, [c for c in found if c["level"] != "ok"]

    def test_of_a_healthy_installation_it_has_nothing_to_say(self):
        code, found = self.doctor()
        self.assertEqual((code, [c for c in found if c["level"] != "ok"]), (0, []))
        self.assertEqual({c["check"] for c in found} - {"libevent"},
                         {"configuration", "state", "database", "disk", "socket", "scannerd", "accounts", "units", "webd", "nmap", "network", "clock",
                          "directories", "scans"})

    def test_before_the_first_account_and_scan_it_says_how_to_make_them(self):
        code, found = self.before
        advice = {c["check"]: c["advice"] for c in found if c["level"] != "ok"}
        self.assertEqual(code, 2)
        self.assertIn("user add NAME --role admin", advice["accounts"])
        self.assertIn("backup-checker scan", advice["scans"])

    def test_each_thing_that_is_broken_is_found_and_what_it_advises_mends_it(self):
        for name, how, check, level, message, advice, mend in BROKEN:
            with self.subTest(name):
                self.box.sh(how)
                try:
                    code, found = self.bad()
                    said = [c for c in found if c["check"] == check and c["level"] == level and message in c["message"] and advice in c["advice"]]
                    self.assertTrue(said, found)
                    self.assertGreaterEqual(code, CODES[level])
                    self.assertFalse([c for c in found if c["advice"] is None], "nothing is said without what to do")
                    if mend is None:
                        mend = said[0]["advice"]
                        self.assertTrue(mend.startswith(COMMANDS), mend)
                finally:
                    self.box.sh(mend or "true")
                wait_for(self.box.healthy, 60, "health after the repair")
                self.assertEqual(self.bad(), (0, []))

    def test_who_may_see_little_is_told_so_and_sent_to_root(self):
        for group, checks in (("nogroup", {"configuration", "database", "scannerd"}), ("backup-checker-read", {"scannerd"}),
                              ("backup-checker-control", {"configuration", "database"})):
            with self.subTest(group):
                code, found = self.bad("setpriv", "--reuid=nobody", f"--regid={group}", "--clear-groups")
                self.assertEqual((code, {c["check"] for c in found}), (1, checks))
                self.assertEqual({c["advice"] for c in found}, {"run this as root to see more"})


if __name__ == "__main__":
    unittest.main()
