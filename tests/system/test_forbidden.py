"""What a daemon that has been broken into must not be able to do: probe.c, in the place of each program, behind the real unit."""
import contextlib
import os
import unittest

from booted import BUILD, LIBEXEC, SCANNERD, WEBD, InstalledTest, wait_for

UNITS = {"webd": WEBD, "scannerd": SCANNERD, "netscan": "backup-checker-netscan@probe.service"}
ONCE = "[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nTimeoutStartSec=60\n"
LEAST = 30  # forbidden actions of each daemon
# What even root cannot do on a machine such as this one: a container, or a kernel without it. Nothing is proved by its being refused.
NOT_EVERYWHERE = {"load another kernel", "load a module", "swap on a file", "handle page faults", "read the kernel's log", "watch the machine",
                  "make a socket of another kind", "use io_uring", "set the clock", "use bpf", "run in real time", "open a file by its handle",
                  "keep a key in the kernel", "connect to a server"}
# The walls that the programs build themselves, without a unit: what is left of these where scannerd is started by hand.
BY_THEMSELVES = {"execute a program", "execute a copy in memory", "trace another's process", "read another's memory", "make an IPv4 socket",
                 "make a packet socket", "connect to this machine's port", "map memory to write and execute", "make memory executable", "mount",
                 "change the root", "make a user namespace", "make a file in /etc", "make a file in /usr/bin", "make a file among the backups",
                 "write a backup", "read the content of a backup", "read the password hashes", "write the list of users", "write a program",
                 "use bpf", "use io_uring", "become another user", "gain CAP_SYS_ADMIN", "gain CAP_DAC_OVERRIDE", "enter the first process's namespace"}


class ForbiddenTest(InstalledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        box = cls.box
        box.configure(network_scan={"ports": "22,80,443"})  # that the settings' file and the database are scannerd's own work
        box.sh("echo correct horse battery | backup-checker user add jo --role admin --stdin")
        box.do("systemctl", "stop", WEBD)
        box.sh("mkdir -p /srv/backups/secret /etc/ssl/private /mnt; for f in /srv/backups/secret/web.tar /root/key /etc/ssl/private/probe.pem; do echo secret > $f; chmod 600 $f; done;"
               "chmod 700 /srv/backups/secret; touch /var/lib/private/backup-checker-webd/x;"
               "systemd-run --quiet --unit=victim sleep infinity; systemctl show --value -p MainPID victim > /etc/probe-victim")
        for name in ("webd", "netscan"):
            cls.put_probe(name)

    @classmethod
    def put_probe(cls, name):
        cls.box.put(os.path.join(BUILD, "tests", "probe_" + name), f"{LIBEXEC}/{name}")
        cls.box.override("backup-checker-netscan@.service" if name == "netscan" else UNITS[name], ONCE)

    def setUp(self):
        pass  # webd and netscan are probes here

    @contextlib.contextmanager
    def probe(self, name):
        """The probe in a daemon's place. scannerd itself is there for webd's to ask."""
        if name != "scannerd":
            yield
            return
        self.box.sh(f"systemctl stop {SCANNERD}; cp {LIBEXEC}/scannerd /root/scannerd")
        self.put_probe(name)
        try:
            yield
        finally:
            self.box.sh(f"systemctl stop {SCANNERD}; rm -r /etc/systemd/system/{SCANNERD}.d; systemctl daemon-reload;"
                        f"rm {LIBEXEC}/scannerd; cp /root/scannerd {LIBEXEC}/scannerd; systemctl start {SCANNERD}")

    def said(self, lines):
        """{name: how it was refused, or None}."""
        lines = [line for line in lines if line.startswith(("DONE: ", "refused: ", "untried: ", "that is all"))]
        ends = [i for i, line in enumerate(lines) if line == "that is all"]
        self.assertTrue(ends, lines)
        lines = lines[(ends[-2] + 1 if len(ends) > 1 else 0):ends[-1]]  # the last whole run; a socket may have started another, which still tries
        self.assertFalse([line for line in lines if line.startswith("untried")])
        parts = [line.split(": ") for line in lines]
        return {name: (how[0] if how else None) for _, name, *how in parts}

    def in_its_unit(self, name):
        done = self.box.try_("systemctl", "start", UNITS[name])
        self.assertEqual(done.returncode, 0, self.box.journal("--unit", UNITS[name])[-1000:])
        # journald may be slower than the probe
        return self.said(wait_for(lambda: lines if "that is all" in (lines := self.box.journal("--unit", UNITS[name]).splitlines()) else None))

    def test_each_action_can_be_done_by_root_so_that_its_refusal_means_something(self):
        for name in UNITS:
            with self.subTest(name), self.probe(name):
                result = self.said(self.box.do(f"{LIBEXEC}/{name}", "free").splitlines())
                self.assertGreaterEqual(len(result.keys() - NOT_EVERYWHERE), LEAST)
                self.assertEqual({action: how for action, how in result.items() if how and action not in NOT_EVERYWHERE}, {})

    def refused(self, name):
        with self.probe(name):
            result = self.in_its_unit(name)
        self.assertGreaterEqual(len(result), LEAST)
        self.assertEqual([action for action, how in result.items() if how is None], [])

    def test_webd_is_refused_every_one(self):
        self.refused("webd")

    def test_scannerd_is_refused_every_one(self):
        self.refused("scannerd")

    def test_netscan_is_refused_every_one(self):
        self.refused("netscan")

    def test_scannerd_started_by_hand_refuses_itself_the_same_without_a_unit(self):
        with self.probe("scannerd"):
            result = self.said(self.box.do(f"{LIBEXEC}/scannerd").splitlines())
        self.assertEqual(sorted(action for action in BY_THEMSELVES if result[action] is None), [])


if __name__ == "__main__":
    unittest.main()
