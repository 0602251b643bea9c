"""test_tls - webd with a certificate: what it speaks, what it refuses, renewals, and answers that arrive whole."""
import contextlib
import hashlib
import http.client
import io
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import unittest
import zipfile

from harness import Answer, Deployment, Events, big_tree, program, wait_for, write_file

PASSWORD = "correct horse battery"
ROWS = 20000


def make_certificate(folder, name="webd", days=90, names="DNS:localhost,IP:127.0.0.1"):
    """NAME.pem, signed by itself, and NAME.key. Returns both paths."""
    certificate, key = (os.path.join(folder, name + end) for end in (".pem", ".key"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
         "-subj", "/CN=" + name, "-addext", "subjectAltName=" + names, "-keyout", key, "-out", certificate],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


class TlsDeployment(Deployment):
    """One whose webd has a certificate, and whose clients trust that one alone."""

    def __init__(self):
        super().__init__()
        self.folder = os.path.join(self.base, "tls")
        os.makedirs(self.folder)
        self.certificate, self.key = make_certificate(self.folder)
        self.context = ssl.create_default_context(cafile=self.certificate)
        self.scheme = "https"

    def start_webd(self, *args):
        files = ("--tls-certificate", self.certificate, "--tls-key", self.key) if self.scheme == "https" else ()
        self.webd = self._start(
            "webd", ["--database", self.database, "--socket", self.socket, "--state", self.state,
                     "--listen", "127.0.0.1:0", "--auth", "none", *files, *args], stdout=subprocess.PIPE)
        line = self.webd.stdout.readline().decode()
        found = re.fullmatch(rf"webd: listening on {self.scheme}://127\.0\.0\.1:(\d+)/\n", line)
        if not found:
            raise AssertionError(f"webd said {line!r}: {self.log('webd')}")
        self.port = int(found[1])
        return self

    def connect(self, context=None, timeout=60):
        if self.scheme == "http":
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=context or self.context)

    def request(self, method, path, body=None, headers=None, timeout=60):
        """Over a connection of its own, as in plain deployments."""
        connection = self.connect(timeout=timeout)
        try:
            headers = {"X-Requested-With": "backup-checker", **(headers or {})}
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def served(self):
        """The certificate that a new client gets, as a fingerprint."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as plain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            with context.wrap_socket(plain) as s:
                return hashlib.sha256(s.getpeercert(binary_form=True)).hexdigest()

    def renew(self, **more):
        """Another pair at the same paths; its fingerprint."""
        make_certificate(self.folder, **more)
        return fingerprint(self.certificate)

    def reload(self):
        self.webd.send_signal(signal.SIGHUP)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.webd.pid}/fd"))

    def webd_says(self, *args):
        """webd run to its end: (exit code, its sentence)."""
        done = subprocess.run(
            [program("webd"), "--database", self.database, "--socket", self.socket, "--auth", "none", *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False)
        return done.returncode, done.stdout.decode()


def fingerprint(path):
    with open(path, encoding="ascii") as f:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(f.read())).hexdigest()


class TlsTest(unittest.TestCase):
    def setUp(self):
        self.d = TlsDeployment()
        self.addCleanup(self.d.remove)
        self.d.start_scannerd()

    def connect_plainly(self):
        s = socket.create_connection(("127.0.0.1", self.d.port), timeout=20)
        self.addCleanup(s.close)
        return s

    def client(self, *args):
        """What openssl's client says of a connection at whose end it sends nothing."""
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.d.port}", "-CAfile", self.d.certificate, *args],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        return done.stdout.decode(errors="replace")


class ProtocolTest(TlsTest):
    def setUp(self):
        super().setUp()
        self.d.start_webd()

    def test_tls_1_2_and_1_3_are_spoken_and_older_ones_refused(self):
        for version, spoken in (("-tls1_3", "TLSv1.3"), ("-tls1_2", "TLSv1.2"), ("-tls1_1", None), ("-tls1", None)):
            with self.subTest(version=version):
                said = self.client(version, "-cipher", "ALL:@SECLEVEL=0")
                found = re.search(r"^New, (\S+), Cipher is (\S+)$", said, re.MULTILINE)
                if spoken:
                    self.assertEqual(found[1], spoken, said)
                    self.assertIn("Verify return code: 0", said)
                else:
                    self.assertTrue(found is None or found[2] == "(NONE)", said)
                    self.assertIn("alert protocol version", said)

    def test_nothing_is_spoken_without_forward_secrecy_and_authenticated_encryption(self):
        for cipher, good in (("ECDHE-ECDSA-AES128-GCM-SHA256", True), ("ECDHE-ECDSA-CHACHA20-POLY1305", True),
                             ("ECDHE-ECDSA-AES128-SHA", False), ("ECDHE-ECDSA-AES256-SHA384", False)):
            with self.subTest(cipher=cipher):
                said = self.client("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0")
                (self.assertIn if good else self.assertNotIn)(f"Cipher is {cipher}", said)

    def test_only_http_1_1_is_agreed_on(self):
        for offered, chosen in (("h2,http/1.1", "http/1.1"), ("http/1.1", "http/1.1"), ("h2", None), ("spdy/1,http/1.10", None)):
            with self.subTest(offered=offered):
                said = self.client("-alpn", offered)
                if chosen:
                    self.assertIn(f"ALPN protocol: {chosen}\n", said)
                else:
                    self.assertIn("no application protocol", said)
        self.assertIn("No ALPN negotiated", self.client())

    def test_nothing_is_compressed_or_negotiated_again(self):
        said = self.client("-tls1_2")
        self.assertIn("Compression: NONE", said)
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.d.port}", "-tls1_2"], input=b"R\n",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        self.assertIn(b"no renegotiation", done.stdout)

    def test_answers_say_that_there_is_nothing_but_https(self):
        for path in ("/", "/api/health", "/api/servers", "/nowhere"):
            with self.subTest(path=path):
                self.assertEqual(self.d.request("GET", path).headers.get_all("Strict-Transport-Security"), ["max-age=31536000"])

    def test_head_keep_alive_and_bodies_are_as_without(self):
        connection = self.d.connect()
        self.addCleanup(connection.close)
        for method, path, body, status in (("HEAD", "/api/health", None, 200), ("GET", "/api/servers", None, 200),
                                           ("POST", "/api/servers", b'{"hostname":"over-tls"}', 201), ("GET", "/nowhere", None, 404),
                                           ("POST", "/api/servers", b"x" * 100000, 400), ("GET", "/api/health", None, 200)):
            with self.subTest(method=method, path=path):
                connection.request(method, path, body=body, headers={"Content-Type": "application/json"} if body else {})
                response = connection.getresponse()
                data = response.read()
                self.assertEqual(response.status, status, data)
                self.assertEqual(len(data) > 0, method != "HEAD")
                first = connection.sock
                self.assertIsNotNone(first, "the connection stays")

    def test_an_answer_that_ends_with_its_connection_ends_with_a_close_notify(self):
        for request in (b"GET /api/servers.csv HTTP/1.0\r\nHost: localhost\r\n\r\n", b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                        b"GET / nonsense\r\n\r\n"):
            with self.subTest(request=request), self.d.context.wrap_socket(self.connect_plainly(), server_hostname="localhost", suppress_ragged_eofs=False) as s:
                s.sendall(request)
                answer = b""
                with contextlib.suppress(ssl.SSLEOFError) if b"nonsense" in request else contextlib.nullcontext():
                    while data := s.recv(65536):  # raises when the end is not announced
                        answer += data
                self.assertTrue(answer.startswith(b"HTTP/1."), answer)

    def test_sessions_are_taken_up_again_until_the_certificate_is_renewed(self):
        path = os.path.join(self.d.base, "session")
        self.client("-tls1_2", "-sess_out", path)
        self.assertIn("Reused, TLSv1.2", self.client("-tls1_2", "-sess_in", path))
        self.d.reload()
        wait_for(lambda: "is in force" in self.d.log("webd"), what="the reload")
        self.assertIn("New, TLSv1.2", self.client("-tls1_2", "-sess_in", path))


class WhoeverDoesNotSpeakItTest(TlsTest):
    def setUp(self):
        super().setUp()
        self.d.start_webd("--request-timeout", "2")
        self.d.request("GET", "/api/health")

    def rest(self, s):
        data = b""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            while chunk := s.recv(65536):
                data += chunk
        return data

    def test_plain_http_and_nonsense_end_the_connection_and_nothing_is_logged(self):
        log = self.d.log("webd")
        for sent in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\0" * 1000, os.urandom(5000), b"\x16\x03\x01\xff\xff" + b"a" * 70000,
                     b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", b"\x15\x03\x03\x00\x02\x02\x28", b""):
            with self.subTest(sent=sent[:20]):
                s = self.connect_plainly()
                with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                    s.sendall(sent)
                    s.shutdown(socket.SHUT_WR)
                self.assertNotIn(b"HTTP/1.1 200", self.rest(s))
        self.assertEqual(self.d.request("GET", "/api/health").status, 200)
        self.assertEqual(self.d.log("webd"), log)

    def test_a_handshake_that_is_not_completed_is_ended_by_the_deadline_of_requests(self):
        hello = self.hello()
        slow = [(self.connect_plainly(), sent) for sent in (b"", hello[:1], hello[:40], hello[:-1], hello)]
        for s, sent in slow:
            s.sendall(sent)
        before = time.monotonic()
        for s, sent in slow:
            with self.subTest(sent=len(sent)):
                self.rest(s)
        self.assertGreater(time.monotonic() - before, 1)

    def test_a_handshake_byte_by_byte_does_not_move_the_deadline(self):
        s = self.connect_plainly()
        ended = threading.Event()
        reader = threading.Thread(target=lambda: (self.rest(s), ended.set()))
        reader.start()
        self.addCleanup(reader.join)
        for byte in self.hello():
            if ended.wait(0.1):
                break
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                s.sendall(bytes([byte]))
        self.assertTrue(ended.wait(0), "the handshake went on for as long as it liked")

    def hello(self):
        out = ssl.MemoryBIO()
        client = self.d.context.wrap_bio(ssl.MemoryBIO(), out, server_hostname="localhost")
        with contextlib.suppress(ssl.SSLWantReadError):
            client.do_handshake()
        return out.read()

    def test_no_descriptor_stays_behind(self):
        hello = self.hello()
        for _ in range(30):  # until every thread has opened what it keeps
            self.d.request("GET", "/api/servers")
        before = self.d.descriptors()
        for i in range(300):
            with socket.create_connection(("127.0.0.1", self.d.port), timeout=20) as s:
                s.sendall((b"", b"GET / HTTP/1.1\r\n\r\n", hello, hello[:50])[i % 4])
        wait_for(lambda: self.d.descriptors() <= before, what="the end of every connection")


class SignInTest(TlsTest):
    def test_sign_in_over_tls_sets_a_cookie_that_is_bound_to_it(self):
        self.d.start_webd("--auth", "password")
        link = self.d.webd.stdout.readline().decode()
        token = re.fullmatch(rf".*https://127\.0\.0\.1:{self.d.port}/#/first\?token=([\w-]+)\n", link)
        self.assertTrue(token, link)
        with self.d.varlink() as v:
            self.assertNotIn("error", v.call("AddAccount", {"name": "jo", "password": PASSWORD, "role": "admin"}))
        headers = {"Content-Type": "application/json"}
        answer = self.d.request("POST", "/api/session", f'{{"name":"jo","password":"{PASSWORD}"}}', headers=headers)
        self.assertEqual(answer.status, 200, answer)
        value, *flags = answer.headers["Set-Cookie"].split("; ")
        self.assertRegex(value, r"^__Host-backup-checker=bcs_")
        self.assertEqual(flags, ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"])
        self.assertEqual(self.d.get("/api/session", headers={"Cookie": value})["name"], "jo")


class RenewalTest(TlsTest):
    def setUp(self):
        super().setUp()
        self.d.start_webd()

    def test_a_reload_serves_the_renewed_certificate_and_ends_no_connection(self):
        old = fingerprint(self.d.certificate)
        self.assertEqual(self.d.served(), old)
        stream = self.d.connect()
        self.addCleanup(stream.close)
        stream.request("GET", "/api/events")
        events = Events.__new__(Events)
        events.connection, events.response = stream, stream.getresponse()
        events.next()
        new = self.d.renew()
        self.assertEqual(self.d.served(), old, "nobody has said that it is renewed")
        self.d.reload()
        wait_for(lambda: self.d.served() == new, what="the renewed certificate")
        self.d.context = ssl.create_default_context(cafile=self.d.certificate)
        write_file(os.path.join(self.d.backups, "host1", "dump.tar"))
        self.d.scan()
        events.until(lambda name, data: name == "scan" or "scan" in str(data))
        self.assertIn(f"the certificate in {self.d.certificate} is in force, until 20", self.d.log("webd"))

    def test_a_bad_renewal_is_logged_with_its_reason_and_the_old_pair_stays(self):
        old = fingerprint(self.d.certificate)
        other, _ = make_certificate(self.d.folder, "other")
        shutil.copy(other, self.d.certificate)
        broken = (("of another pair", None, "does not belong to"), ("empty", b"", "holds no certificate in PEM form"),
                  ("nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate in PEM form"),
                  ("large", b"x" * 300000, "too large"))
        for name, content, reason in broken:
            with self.subTest(name):
                if content is not None:
                    with open(self.d.certificate, "wb") as f:
                        f.write(content)
                self.d.reload()
                wait_for(lambda reason=reason: reason in self.d.log("webd"), what="the reason")
                self.assertEqual(self.d.served(), old)
        os.unlink(self.d.certificate)
        self.d.reload()
        wait_for(lambda: "No such file" in self.d.log("webd"), what="the reason")
        self.assertEqual(self.d.served(), old)
        self.assertEqual(self.d.log("webd").count("the certificate in force stays: "), len(broken) + 1)
        new = self.d.renew()
        self.d.reload()
        wait_for(lambda: self.d.served() == new, what="the good one after the bad ones")


class LinkedRenewalTest(TlsTest):
    def test_a_link_that_is_turned_to_another_folder_can_be_read_after_confinement(self):
        """As certbot does it: live/NAME/x.pem -> ../../archive/NAME/x1.pem, then x2.pem."""
        base = os.path.join(self.d.base, "letsencrypt")
        live, archive = os.path.join(base, "live", "host"), os.path.join(base, "archive", "host")
        os.makedirs(live)
        os.makedirs(archive)

        def turn(number):
            paths = make_certificate(archive, f"webd{number}")
            for name, path in zip(("fullchain.pem", "privkey.pem"), paths):
                link = os.path.join(live, name)
                os.symlink(os.path.relpath(path, live), link + ".new")
                os.rename(link + ".new", link)
            return fingerprint(paths[0])

        first = turn(1)
        self.d.certificate, self.d.key = os.path.join(live, "fullchain.pem"), os.path.join(live, "privkey.pem")
        self.d.start_webd()
        self.assertEqual(self.d.served(), first)
        second = turn(2)
        self.d.reload()
        wait_for(lambda: self.d.served() == second, what="the renewed certificate")
        self.assertNotIn("stays", self.d.log("webd"))


class StartTest(TlsTest):
    def refused(self, code, sentence, *args):
        got, said = self.d.webd_says(*args)
        self.assertEqual(got, code, said)
        self.assertIn(sentence, said)
        self.assertEqual(said.count("\n"), 1, said)

    def test_what_cannot_work_is_refused_with_a_sentence_also_by_check_config(self):
        other, other_key = make_certificate(self.d.folder, "other")
        locked = os.path.join(self.d.folder, "locked.key")
        subprocess.run(["openssl", "pkey", "-in", self.d.key, "-aes256", "-passout", "pass:secret", "-out", locked], check=True)
        weak, weak_key = (os.path.join(self.d.folder, "weak" + end) for end in (".pem", ".key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:512", "-nodes", "-subj", "/CN=weak", "-keyout", weak_key, "-out", weak], check=True, stderr=subprocess.DEVNULL)
        fifo = os.path.join(self.d.folder, "fifo")
        os.mkfifo(fifo)
        listen = ("--listen", "127.0.0.1:0")
        for code, sentence, args in (
                (64, "belong together", (*listen, "--tls-certificate", self.d.certificate)),
                (64, "belong together", (*listen, "--tls-key", self.d.key)),
                (64, "TLS is not spoken on a Unix socket", ("--listen", "unix:" + self.d.base + "/webd.sock", "--tls-certificate", self.d.certificate, "--tls-key", self.d.key)),
                (64, "loopback", ("--listen", "0.0.0.0:0", "--tls-certificate", self.d.certificate, "--tls-key", self.d.key)),
                (78, f"the key in {other_key} does not belong to the first certificate in {self.d.certificate}", (*listen, "--tls-certificate", self.d.certificate, "--tls-key", other_key)),
                (78, f"{self.d.folder}/none cannot be read: No such file", (*listen, "--tls-certificate", self.d.folder + "/none", "--tls-key", self.d.key)),
                (78, "holds no certificate in PEM form", (*listen, "--tls-certificate", self.d.key, "--tls-key", self.d.key)),
                (78, "holds no private key in PEM form", (*listen, "--tls-certificate", self.d.certificate, "--tls-key", other)),
                (78, "protected by a passphrase", (*listen, "--tls-certificate", self.d.certificate, "--tls-key", locked)),
                (78, "is not a file", (*listen, "--tls-certificate", fifo, "--tls-key", self.d.key)),
                (78, "is not a file", (*listen, "--tls-certificate", self.d.certificate, "--tls-key", self.d.folder)),
                (78, "key too small", (*listen, "--tls-certificate", weak, "--tls-key", weak_key))):
            for check in ((), ("--check-config",)):
                with self.subTest(sentence=sentence, check=check):
                    self.refused(code, sentence, *args, *check)

    def test_what_will_not_last_is_warned_of(self):
        for days, mode, sentence in ((30, 0o600, None), (5, 0o600, "expires on 20"), (0, 0o600, "has expired on 20"), (30, 0o644, "everybody on this machine can read the private key")):
            with self.subTest(days=days, mode=mode):
                certificate, key = make_certificate(self.d.folder, "short", days=max(days, 1))
                os.chmod(key, mode)
                if days == 0:
                    subprocess.run(["openssl", "x509", "-in", certificate, "-signkey", key, "-days", "0", "-out", certificate], check=True, stderr=subprocess.DEVNULL)
                code, said = self.d.webd_says("--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key, "--check-config")
                self.assertEqual(code, 0, said)
                self.assertIn(sentence or "", said)
                self.assertEqual(said.count("\n"), 1 if sentence else 0, said)

    def test_others_may_reach_it_with_passwords_and_tls(self):
        code, said = self.d.webd_says("--listen", "0.0.0.0:0", "--auth", "password", "--tls-certificate", self.d.certificate, "--tls-key", self.d.key, "--check-config")
        self.assertEqual((code, said), (0, ""))
        code, said = self.d.webd_says("--listen", "0.0.0.0:0", "--auth", "password", "--check-config")
        self.assertEqual(code, 64)
        self.assertIn("without encryption", said)

    def test_a_unix_socket_from_systemd_is_refused_with_tls(self):
        path = os.path.join(self.d.base, "webd.sock")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen()
            done = subprocess.run(
                ["/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", program("webd"), "--database", self.d.database, "--socket", self.d.socket,
                 "--listen", "127.0.0.1:0", "--auth", "none", "--tls-certificate", self.d.certificate, "--tls-key", self.d.key],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False,
                preexec_fn=lambda: os.dup2(listening.fileno(), 3), pass_fds=(3,))
        self.assertEqual(done.returncode, 78, done.stdout)
        self.assertIn(b"TLS is not spoken on a Unix socket", done.stdout)

    def test_the_metric_tells_when_the_certificate_ends(self):
        self.d.start_webd()
        said = subprocess.run(["openssl", "x509", "-enddate", "-noout", "-in", self.d.certificate], stdout=subprocess.PIPE, check=True).stdout.decode()
        ends = int(ssl.cert_time_to_seconds(said.split("=")[1].strip()))
        self.assertIn(f"\nbackup_checker_webd_certificate_expiry_timestamp_seconds {ends}\n", self.d.request("GET", "/metrics").body.decode())


class WholeAnswersTest(unittest.TestCase):
    """Answers in pieces: TLS must neither cut nor mix them."""

    @classmethod
    def setUpClass(cls):
        cls.d = TlsDeployment()
        cls.addClassCleanup(cls.d.remove)
        big_tree(os.path.join(cls.d.backups, "tree"), ROWS // 100, 100)
        cls.d.start_scannerd()
        cls.d.start_webd()
        cls.d.scan(wait=120)

    def get(self, path, headers=None):
        answer = self.d.request("GET", path, headers=headers)
        self.assertEqual(answer.status, 200, answer)
        return hashlib.sha256(answer.body).hexdigest(), len(answer.body)

    def opens(self, workbook):
        """Its directory is at the end of the file, and every part has a checksum."""
        with zipfile.ZipFile(io.BytesIO(workbook)) as z:
            self.assertIsNone(z.testzip())

    def test_exports_are_byte_for_byte_those_without_tls(self):
        paths = ("/api/files.csv", "/api/files?limit=1000")
        over_tls = [self.get(path) for path in paths]
        self.d.end(self.d.webd)
        self.d.scheme = "http"
        self.addCleanup(self.back_to_tls)
        self.d.start_webd()
        self.assertEqual([self.get(path) for path in paths], over_tls)
        self.assertGreater(over_tls[0][1], ROWS * 50)

    def back_to_tls(self):
        self.d.end(self.d.webd)
        self.d.scheme = "https"
        self.d.start_webd()

    def test_answers_in_pieces_arrive_whole_on_connections_that_end_and_that_stay(self):
        expected = self.get("/api/files.csv")
        kept = self.d.connect()
        self.addCleanup(kept.close)
        for round_ in range(15):
            self.assertEqual(self.get("/api/files.csv", {"Connection": "close"}), expected, round_)
            self.opens(self.d.request("GET", "/api/servers.xlsx", headers={"Connection": "close"}).body)
            for path in ("/api/files.csv", "/api/servers.xlsx", "/api/health"):
                kept.request("GET", path)
                body = kept.getresponse().read()
                if path.endswith("csv"):
                    self.assertEqual((hashlib.sha256(body).hexdigest(), len(body)), expected, round_)
                elif path.endswith("xlsx"):
                    self.opens(body)

    def test_a_slow_reader_does_not_fill_memory_and_gets_everything(self):
        expected = self.get("/api/files.csv")
        connection = self.d.connect()
        self.addCleanup(connection.close)
        connection.request("GET", "/api/files.csv")
        response = connection.getresponse()
        body = response.read(1000)
        others = [self.d.connect() for _ in range(20)]
        for other in others:
            self.addCleanup(other.close)
            other.request("GET", "/api/files.csv")
        self.assertEqual(self.d.request("GET", "/api/health").status, 200)
        while data := response.read(50000):
            body += data
        self.assertEqual((hashlib.sha256(body).hexdigest(), len(body)), expected)


if __name__ == "__main__":
    unittest.main()
