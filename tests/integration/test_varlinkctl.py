"""A Varlink client that is not ours: systemd's varlinkctl introspects scannerd, calls it, and follows a scan.

It takes varlinkctl from the machine if that is of systemd 257 or later, else from a Debian 13 tree below the build folder, made once.
"""
import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import BUILD, Deployment, big_tree, mount_tmpfs, unmount

SCANNER = "org.backupchecker.scanner"
SYSTEMD_NEEDED = 257
TREE = os.path.join(BUILD, "trixie")


def own_varlinkctl_is_new():
    try:
        said = subprocess.run(["varlinkctl", "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return False
    return int(re.match(r"systemd (\d+)", said).group(1)) >= SYSTEMD_NEEDED


def make_tree():
    """The tree is whole or not there; one maker at a time."""
    with open(TREE + ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.isdir(TREE):
            return
        subprocess.run(["rm", "-rf", "--one-file-system", TREE + ".new"], check=True)
        done = subprocess.run(["debootstrap", "--variant=minbase", "--include=systemd,dbus", "trixie", TREE + ".new"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise AssertionError("no Debian 13 tree: " + done.stdout.decode(errors="replace")[-2000:])
        os.rename(TREE + ".new", TREE)


class VarlinkctlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if own_varlinkctl_is_new():
            cls.root, cls.command = "", ["varlinkctl"]
            cls.base = tempfile.mkdtemp(prefix="bc-")
        else:
            make_tree()
            cls.root, cls.command = TREE, ["chroot", TREE, "varlinkctl"]
            cls.base = tempfile.mkdtemp(prefix="bc-", dir=os.path.join(TREE, "tmp"))
        cls.addClassCleanup(shutil.rmtree, cls.base)
        cls.d = Deployment(directory=cls.base)
        cls.addClassCleanup(cls.d.remove)
        cls.many = os.path.join(cls.d.backups, "many")
        mount_tmpfs(cls.many)
        cls.addClassCleanup(unmount, cls.many)
        cls.files = big_tree(os.path.join(cls.many, "tree"), directories=200)
        cls.d.start_scannerd()
        cls.address = "unix:" + cls.d.socket[len(cls.root):]

    def run_it(self, verb, *arguments, before=()):
        return subprocess.run([*self.command, *before, verb, self.address, *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30, check=False, encoding="utf-8")

    def output(self, *arguments, **more):
        done = self.run_it(*arguments, **more)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def call(self, method, **parameters):
        return json.loads(self.output("call", f"{SCANNER}.{method}", json.dumps(parameters), before=("--json=short",)))

    def refusal(self, method, **parameters):
        done = self.run_it("call", f"{SCANNER}.{method}", json.dumps(parameters))
        self.assertNotEqual(done.returncode, 0, done)
        return done.stderr

    def follow(self):
        return subprocess.Popen([*self.command, "--json=short", "--timeout=30", "--more", "call", self.address, f"{SCANNER}.Monitor", "{}"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")

    def events(self, process):
        """Its replies, one JSON object after another; some versions put a separator before each."""
        for line in process.stdout:
            text = line.strip("\x1e \n")
            if text:
                yield json.loads(text)

    def test_it_lists_both_interfaces_and_what_the_service_is(self):
        self.assertEqual(self.output("list-interfaces").split(), [SCANNER, "org.varlink.service"])
        info = self.output("info")
        for words in ("backup-checker", SCANNER):
            self.assertIn(words, info)

    def test_it_introspects_every_method_and_error(self):
        text = self.output("introspect", SCANNER)
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../proto", SCANNER + ".varlink"), encoding="utf-8") as f:
            interface = f.read()
        for kind in ("method", "error"):
            ours = re.findall(rf"^{kind} (\w+)", interface, re.M)
            self.assertGreater(len(ours), 10)
            self.assertEqual(re.findall(rf"^{kind} (\w+)", text, re.M), ours)
        self.assertIn("interface org.varlink.service", self.output("introspect", "org.varlink.service"))

    def test_it_validates_the_interface_files(self):
        for name in (SCANNER, "org.backupchecker.netscan"):
            with self.subTest(name):
                source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../proto", name + ".varlink")
                copy = shutil.copy(source, self.base)
                done = subprocess.run([*self.command, "validate-idl", copy[len(self.root):]], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, timeout=30, check=False, encoding="utf-8")
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_it_calls_methods(self):
        info = self.call("GetInfo")
        self.assertEqual(info["product"], "backup-checker")
        self.assertLess(abs(info["started"] - time.time()), 600)
        number = self.call("AddServer", hostname="web01", ip_address="10.0.0.1", aliases=["www"])["id"]
        self.assertEqual(self.d.sql("SELECT id, hostname FROM v_servers WHERE id = ?", number), [(number, "web01")])
        self.assertEqual(self.call("RemoveServer", id=number), {})
        config = self.call("GetConfig")
        changed = {**config["config"], "generic_names": ["oneword"]}
        self.assertEqual(self.call("SetConfig", config=changed, revision=config["revision"])["warnings"], [])
        self.assertEqual(self.call("GetConfig")["config"]["generic_names"], ["oneword"])

    def test_it_is_told_errors_by_name(self):
        self.assertIn("NotFound", self.refusal("CancelScan", scan=4711))
        self.assertIn("InvalidValue", self.refusal("StartScan", kind="everything"))
        self.assertIn("UnknownKey", self.refusal("GetInfo", surprise=1))
        self.assertIn("Conflict", self.refusal("SetConfig", config={}, revision="old"))
        self.assertIn("MethodNotFound", self.refusal("NoSuchMethod"))
        self.assertIn("ExpectedMore", self.refusal("Monitor"))

    def test_it_follows_a_scan_from_its_start_to_its_end(self):
        process = self.follow()
        try:
            events = self.events(process)
            self.assertEqual(next(events)["event"], "hello")
            number = self.call("StartScan", kind="directories")["scan"]
            seen, over = [], False
            for event in events:
                seen.append(event)
                over = over or event["event"] == "progress" and event["scan"]["state"] != "running"
                if over and event["event"] == "changed" and "files" in event["changed"]:
                    break
            states = [e["scan"]["state"] for e in seen if e["event"] == "progress" and e["scan"]["scan"] == number]
            self.assertEqual((states[0], states[-1]), ("running", "succeeded"))
            last = [e["scan"] for e in seen if e["event"] == "progress"][-1]
            self.assertEqual((last["files"], last["percent"]), (self.files, 100))
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


if __name__ == "__main__":
    unittest.main()
