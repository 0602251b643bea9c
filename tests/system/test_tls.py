"""https by webd itself, as the example's drop-ins set it up: from another machine, with the certificate as a credential, renewed."""
import hashlib
import json
import os
import socket
import ssl
import subprocess
import tempfile
import unittest

from booted import V4, WEBD, InstalledTest, socket_in, wait_for

EXAMPLES = "/usr/share/doc/backup-checker/examples/"
PAIR = "/etc/letsencrypt/live/backup.example.org/"
HOST, PORT = "backup.example.org", 8443


class TlsTest(InstalledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_pair()
        for unit, example in ((WEBD, "backup-checker-webd-tls.conf"), ("backup-checker-webd.socket", "backup-checker-webd-tls-socket.conf")):
            cls.box.sh(f"mkdir -p /etc/systemd/system/{unit}.d; cp {EXAMPLES}{example} /etc/systemd/system/{unit}.d/tls.conf")
        cls.box.sh(f"systemctl daemon-reload; systemctl stop {WEBD}; systemctl restart backup-checker-webd.socket; systemctl start {WEBD}")

    def setUp(self):
        """Nothing is served on the port that health is asked at elsewhere."""

    @classmethod
    def put_pair(cls):
        """Another pair, which root alone may read; its fingerprint."""
        with tempfile.TemporaryDirectory() as folder:
            pair = [os.path.join(folder, name) for name in ("fullchain.pem", "privkey.pem")]
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90",
                            "-subj", "/CN=" + HOST, "-addext", "subjectAltName=DNS:" + HOST, "-out", pair[0], "-keyout", pair[1]],
                           check=True, stderr=subprocess.DEVNULL)
            for path in pair:
                with open(path, encoding="ascii") as f:
                    text = f.read()
                cls.box.write(PAIR + os.path.basename(path), text, 0o600)
                if path == pair[0]:
                    cls.context = ssl.create_default_context(cadata=text)
                    fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(text)).hexdigest()
            return fingerprint

    def ask(self, request, context=None):
        """From another machine: the certificate that was seen, and the answer."""
        with socket_in(self.net.bridge, socket.AF_INET, socket.SOCK_STREAM) as plain:
            plain.settimeout(20)
            plain.connect((V4 + "2", PORT))
            with (context or self.context).wrap_socket(plain, server_hostname=HOST) as s:
                seen = hashlib.sha256(s.getpeercert(binary_form=True)).hexdigest()
                s.sendall(f"{request} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nConnection: close\r\n\r\n".encode())
                answer = b""
                while data := s.recv(65536):
                    answer += data
        return seen, answer

    def test_pages_are_served_over_https_to_another_machine_and_sign_in_is_asked_for(self):
        self.assertIn(b" 200 ", self.ask("GET /api/health")[1])
        self.assertIn(b"Strict-Transport-Security: max-age=31536000", self.ask("GET /")[1])
        self.assertIn(b" 401 ", self.ask("GET /api/servers")[1])
        self.assertIn(f"https://{HOST}:{PORT}/#/first?token=", self.box.journal("--unit", WEBD))

    def test_webd_itself_has_no_way_to_the_files(self):
        user = self.box.do("stat", "-c", "%U", f"/proc/{self.box.pid(WEBD)}")
        self.assertNotEqual(user, "root")
        self.assertNotEqual(self.box.try_("setpriv", "--reuid=nobody", "--clear-groups", "cat", PAIR + "privkey.pem").returncode, 0)
        self.assertNotIn("can read the private key", self.box.journal("--unit", WEBD))

    def test_a_renewed_certificate_is_served_after_a_restart_and_a_reload_keeps_the_old(self):
        old = self.ask("GET /api/health")[0]
        before = self.context
        new = self.put_pair()
        self.box.do("systemctl", "reload", WEBD)
        self.assertEqual(self.ask("GET /api/health", before)[0], old, "credentials are those of the start")
        self.box.do("systemctl", "restart", WEBD)
        self.assertEqual(wait_for(lambda: self.ask("GET /api/health"), what="an answer")[0], new)

    def test_a_bad_pair_is_refused_in_the_journal(self):
        good = json.loads(self.box.do("/usr/bin/python3", "-c", f"import json; print(json.dumps(open('{PAIR}privkey.pem').read()))"))
        self.box.write(PAIR + "privkey.pem", "nonsense\n", 0o600)
        self.box.try_("systemctl", "restart", WEBD)
        wait_for(lambda: "holds no private key in PEM form" in self.box.journal("--unit", WEBD), what="the reason")
        self.box.write(PAIR + "privkey.pem", good, 0o600)
        self.box.do("systemctl", "restart", WEBD)
        wait_for(lambda: b" 200 " in self.ask("GET /api/health")[1], what="an answer")


if __name__ == "__main__":
    unittest.main()
