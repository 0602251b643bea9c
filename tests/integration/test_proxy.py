"""test_proxy - behind nginx, Apache and Caddy with the configurations that docs/examples has for them: what arrives, who it is, and what a client cannot pretend."""
import base64
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import unittest

from harness import Deployment, wait_for
from proxies import CLIENT, NAME, Apache, Caddy, Nginx, ProxiedDeployment, ProxiedEvents

PASSWORD = "correct horse battery"
PEOPLE = {"jo": PASSWORD, "mo": "seven-green-kettles", "ann": "nine-blue-teapots"}
# What a client may say of itself; none of it may count.
FORGED = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example", "X-Real-IP": "203.0.113.5", "Forwarded": "for=203.0.113.5;proto=http",
          "X-Remote-User": "root-of-all", "X-Remote-Role": "admin", "X_Remote_User": "root-of-all", "X_Forwarded_For": "203.0.113.5"}
# Asks the proxy to drop what it says itself.
HOP_BY_HOP = {"Connection": "X-Forwarded-For, X-Forwarded-Proto, X-Remote-User, X-Remote-Role, Host"}
ROWS = 30000


def quote(text):
    """Every byte that is no letter and no number."""
    return "".join(chr(b) if b < 128 and chr(b).isalnum() else f"%{b:02x}" for b in text.encode())


def many_files(path):
    """Files with long names: an export of them is larger than all buffers on the way."""
    folder = os.path.join(path, "n" * 200)
    os.makedirs(folder)
    fd = os.open(folder, os.O_RDONLY)
    for i in range(ROWS):
        os.close(os.open(f"{i:06}" + "f" * 200 + ".tar", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=fd))
    os.close(fd)


class Battery:
    """What holds for every proxy, whoever signs people in."""
    kind = None
    passwords = None

    @classmethod
    def setUpClass(cls):
        cls.d = ProxiedDeployment(cls.kind, cls.passwords)
        cls.addClassCleanup(cls.d.remove)
        cls.d.start()
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What else is needed once."""

    def admin(self):
        """Headers of somebody who may do everything."""
        raise NotImplementedError

    def recorded(self):
        return self.d.sql("SELECT coalesce(max(id), 0) FROM v_audit")[0][0]

    def audit(self, action, after):
        """(actor, source) of the first such row after that one."""
        query = "SELECT actor, source FROM v_audit WHERE action = ? AND id > ? ORDER BY id"
        return wait_for(lambda: self.d.sql(query, action, after), what=f"{action} in the audit log")[0]

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.json["code"]), (status, code), answer)
        return answer.json["message"]

    def add_server(self, name, headers):
        answer = self.d.request("POST", "/api/servers", {"hostname": name}, headers=headers)
        self.assertEqual(answer.status, 201, answer)

    def test_the_page_and_its_assets_load(self):
        page = self.d.request("GET", "/", headers=self.admin())
        self.assertEqual(page.status, 200, page)
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        assets = re.findall(r'(?:src|href)="(/?assets/[^"]+)"', page.body.decode())
        self.assertGreater(len(assets), 0, page)
        for path in assets:
            asset = self.d.request("GET", "/" + path.lstrip("/"), headers={**self.admin(), "Accept-Encoding": "gzip"})
            self.assertEqual((asset.status, asset.headers["Content-Encoding"], len(asset.body)), (200, "gzip", int(asset.headers["Content-Length"])), path)

    def test_browsers_are_told_to_stay_with_encryption_also_when_something_is_refused(self):
        for path in ("/", "/api/session", "/no-such-page"):
            answer = self.d.request("GET", path, headers=self.admin())
            self.assertEqual(answer.headers.get_all("Strict-Transport-Security"), ["max-age=31536000"], path)

    def test_http_2_reaches_it_by_the_same_name(self):
        authority = f"{NAME}:{self.d.proxy.port}"
        headers = [part for name, value in self.admin().items() for part in ("-H", f"{name}: {value}")]
        command = ["curl", "-sS", "--http2", "--cacert", self.d.proxy.certificate, "--resolve", f"{authority}:127.0.0.1", "-w", "\n%{http_version} %{http_code}",
                   *headers, "-H", "Content-Type: application/json", "-H", f"Origin: {self.d.origin}", "-d", '{"hostname":"by-http-2"}', f"https://{authority}/api/servers"]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        self.assertEqual(done.stdout.decode().splitlines()[-1], "2 201", done.stdout)

    def test_an_address_of_the_api_arrives_as_it_was_sent(self):
        for target, status in (("/api/servers?" + quote("a b/ä%+&=#/c"), 400), ("/api/servers%3Flimit=1", 404), ("/api/servers?limit=1", 200)):
            with self.subTest(target):
                answer = self.d.request("GET", target, headers=self.admin())
                self.assertEqual(answer.status, status, answer)
                if status == 400:
                    self.assertEqual(answer.json["field"], "a b/ä%+&=#/c")

    def test_settings_are_changed_by_the_etag_that_they_came_with(self):
        headers = {**self.admin(), "Accept-Encoding": "gzip, br, zstd"}
        before = self.d.request("GET", "/api/config", headers=headers)
        self.assertIsNone(before.headers["Content-Encoding"])
        body = {k: v for k, v in before.json["config"].items() if k != "limits"}
        after = self.d.request("PUT", "/api/config", body, headers={**headers, "If-Match": before.headers["ETag"]})
        self.assertEqual(after.status, 200, after)

    def test_the_address_in_the_audit_log_is_the_client_s_whatever_it_says(self):
        for name, forged in {"plain": {}, "forged": FORGED, "hop-by-hop": HOP_BY_HOP}.items():
            with self.subTest(name):
                before = self.recorded()
                self.add_server(name, {**self.admin(), **forged})
                self.assertEqual(self.audit("server.add", before)[1], CLIENT)

    def test_events_arrive_one_by_one_and_not_when_a_heartbeat_pushes_them_on(self):
        events = ProxiedEvents(self.d, self.admin())
        self.addCleanup(events.close)
        self.assertEqual(events.response.status, 200)
        self.assertEqual(events.next()[0], "hello")
        heartbeats = 0
        for i in range(10):  # each is waited for: were it held back, there would be a heartbeat between
            self.add_server(f"news-{i}", self.admin())
            while not (line := events.response.readline()).startswith(b"event: changed"):
                self.assertNotEqual(line, b"", "the stream has ended")
                heartbeats += line.startswith(b"event: heartbeat")
        self.assertLessEqual(heartbeats, 2)  # 30 seconds

    def test_another_name_and_another_origin_are_refused(self):
        wrong = self.d.request("GET", "/api/health", headers={**self.admin(), "Host": "evil.example"})
        self.assertTrue(wrong.status == 421 or (self.kind is Caddy and wrong.body == b""), wrong)
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            with self.subTest(headers):
                answer = self.d.request("POST", "/api/servers", {"hostname": "x"}, headers={**self.admin(), **headers})
                self.refused(answer, 403, "forbidden")

    def test_a_body_over_one_mebibyte_is_refused_and_one_of_that_size_arrives(self):
        for size, statuses in ((1 << 20, (400,)), ((1 << 20) + 1, self.d.proxy.too_large)):
            body = b'{"hostname":"' + b"x" * (size - 15) + b'"}'
            self.assertEqual(len(body), size)
            answer = self.d.request("POST", "/api/servers", body, headers={**self.admin(), "Content-Type": "application/json"})
            self.assertIn(answer.status, statuses, answer)

    def test_a_body_in_chunks_arrives_with_its_length_or_is_refused(self):
        answer = self.d.request("POST", "/api/servers", iter([b'{"hostname":', b'"in-chunks"}']), headers={**self.admin(), "Content-Type": "application/json"})
        self.assertEqual(answer.status, 201 if self.d.proxy.takes_chunks else 411, answer)

    def test_while_webd_is_away_the_proxy_says_so_and_afterwards_everything_is_as_before(self):
        self.d.end(self.d.webd)
        away = self.d.request("GET", "/api/session", headers=self.admin())
        self.d.start_webd()
        self.assertEqual(away.status, self.d.proxy.unavailable)
        self.assertEqual(self.d.request("GET", "/api/session", headers=self.admin()).status, 200)


class PasswordBattery(Battery):
    """People sign in to backup-checker; the proxy does the encryption. The example with a port of this machine."""

    @classmethod
    def prepare(cls):
        with cls.d.varlink() as v:
            reply = v.call("AddAccount", {"name": "jo", "password": PASSWORD, "role": "admin"})
        assert "error" not in reply, reply
        cls.cookie = {"Cookie": cls.sign_in(cls).headers["Set-Cookie"].split(";")[0]}

    def sign_in(self, headers=None):
        return self.d.request("POST", "/api/session", {"name": "jo", "password": PASSWORD}, headers=headers)

    def admin(self):
        return self.cookie

    def test_signing_in_gives_a_cookie_for_encryption_and_this_host_alone(self):
        for headers in ({}, {"Origin": self.d.origin}, FORGED, HOP_BY_HOP):
            with self.subTest(headers):
                before = self.recorded()
                answer = self.sign_in(headers)
                self.assertEqual(answer.status, 200, answer)
                value, *flags = answer.headers["Set-Cookie"].split("; ")
                self.assertRegex(value, r"^__Host-backup-checker=bcs_[\w-]{43}$")
                self.assertEqual(flags, ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"])
                who = self.d.request("GET", "/api/session", headers={"Cookie": value}).json
                self.assertEqual((who["name"], who["role"], who["method"]), ("jo", "admin", "password"))
                self.assertEqual(self.audit("session.begin", before), ("jo", CLIENT))
        self.refused(self.d.request("GET", "/api/servers"), 401, "not_signed_in")

    def test_an_api_token_works_through_it(self):
        made = self.d.request("POST", "/api/tokens", {"name": "monitoring", "role": "viewer"}, headers=self.admin())
        self.assertEqual(made.status, 201, made)
        answer = self.d.request("GET", "/metrics", headers={"Authorization": "Bearer " + made.json["token"]})
        self.assertEqual(answer.status, 200, answer)

    def test_forwarding_headers_straight_to_webd_from_somebody_else_mean_nothing(self):
        headers = {**FORGED, "X-Forwarded-Proto": "https", "Host": NAME}
        body = {"name": "jo", "password": PASSWORD}
        self.refused(self.d.direct("POST", "/api/session", body, headers, source=CLIENT), 403, "forbidden")
        before = self.recorded()
        added = self.d.direct("POST", "/api/servers", {"hostname": "straight"}, {**headers, **self.admin()}, source=CLIENT)
        self.assertEqual(added.status, 201, added)
        self.assertEqual(self.audit("server.add", before), ("jo", CLIENT))
        answer = self.d.direct("POST", "/api/session", body, headers)
        self.assertIn("; Secure", answer.headers["Set-Cookie"], "the same by the trusted proxy's address counts")
        self.assertEqual(self.audit("session.begin", before), ("jo", "203.0.113.5"))


class ExportBattery(PasswordBattery):
    """Many rows: apart, since they take a while to make."""

    @classmethod
    def prepare(cls):
        super().prepare()
        many_files(cls.d.backups)
        answer = cls.d.request("POST", "/api/scan/directories?wait=120", headers=cls.cookie, timeout=130)
        assert answer.json["scan"]["state"] == "succeeded", answer

    def test_an_export_is_the_same_as_without_a_proxy(self):
        straight = self.d.direct("GET", "/api/files.csv", headers=self.cookie).body
        self.assertEqual(straight.count(b"\n"), ROWS + 1)
        self.assertEqual(self.d.request("GET", "/api/files.csv", headers=self.cookie).body, straight)


class BreakingOffBattery:
    """Caddy learnt it with 2.7."""

    def test_an_export_that_breaks_off_is_seen_to_break_off(self):
        connection = self.d.connection()
        self.addCleanup(connection.close)
        connection.request("GET", "/api/files.csv", headers=self.cookie)
        response = connection.getresponse()
        response.read(1000)
        self.d.webd.kill()
        self.d.webd.wait()
        self.addCleanup(self.d.start_webd)
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            response.read()


class SignInBattery(Battery):
    """The proxy signs people in and says who they are. The example with a Unix socket."""
    passwords = PEOPLE

    @staticmethod
    def basic(name, password=None):
        pair = f"{name}:{PEOPLE[name] if password is None else password}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def admin(self):
        return self.basic("jo")

    def who(self, headers):
        who = self.d.request("GET", "/api/session", headers=headers).json
        return who["name"], who["role"], who["method"]

    def test_the_proxy_s_name_and_role_count_whatever_the_client_says(self):
        lower = {name.lower(): value for name, value in FORGED.items()}
        for name, role in (("jo", "admin"), ("mo", "operator"), ("ann", "viewer")):
            for forged in ({}, FORGED, lower, HOP_BY_HOP):
                with self.subTest(name, forged=forged):
                    self.assertEqual(self.who({**self.basic(name), **forged}), (name, role, "proxy"))

    def test_without_the_right_password_nothing_is_answered(self):
        for headers in ({}, self.basic("jo", "wrong"), self.basic("eve", ""), FORGED, {"Authorization": "Bearer bc_" + "A" * 43}):
            for path in ("/", "/api/session", "/api/health", "/api/events", "/api/files.csv", "/metrics"):
                with self.subTest(path, headers=headers):
                    answer = self.d.request("GET", path, headers=headers)
                    self.assertEqual(answer.status, 401, answer)
                    self.assertTrue(answer.headers["WWW-Authenticate"].startswith("Basic "), answer.headers)

    def test_a_role_allows_what_it_allows_and_the_audit_log_has_the_person(self):
        before = self.recorded()
        self.add_server("by-mo", self.basic("mo"))
        self.assertEqual(self.audit("server.add", before), ("mo", CLIENT))
        self.assertIn("operator", self.refused(self.d.request("POST", "/api/servers", {"hostname": "by-ann"}, headers=self.basic("ann")), 403, "permission_denied"))

    def test_nobody_signs_in_a_second_time(self):
        self.refused(self.d.request("POST", "/api/session", {"name": "jo", "password": PASSWORD}, headers=self.admin()), 403, "forbidden")

    def test_who_comes_by_the_socket_without_a_name_is_nobody(self):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.d.path)
            s.sendall(f"GET /api/servers HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
            self.assertTrue(s.makefile("rb").readline().startswith(b"HTTP/1.1 401"))


class BelievedTest(unittest.TestCase):
    """Without a proxy between: by which way somebody must come to be believed who he says he is."""
    jo = {"X-Remote-User": "jo", "X-Remote-Role": "admin", "X-Forwarded-For": "203.0.113.5"}
    believing = ("--auth", "proxy", "--proxy-user-header", "X-Remote-User", "--proxy-role-header", "X-Remote-Role", "--proxy-trust")

    def start(self, sign_in="webd"):
        self.d = Deployment()
        self.addCleanup(self.d.remove)
        self.d.write_config(limits={"sign_in": sign_in})
        self.d.start_scannerd()

    def request_from(self, source, method, path, body=None):
        return ProxiedDeployment.exchange(http.client.HTTPConnection("127.0.0.1", self.d.port, 30, (source, 0)), method, path, body, self.jo)

    def test_a_name_counts_from_a_trusted_address_and_no_other(self):
        self.start()
        self.d.start_webd(*self.believing, "127.0.0.1,127.0.1.0/24")
        for source, status in (("127.0.0.1", 200), ("127.0.1.77", 200), (CLIENT, 401), ("127.0.2.1", 401)):
            with self.subTest(source):
                self.assertEqual(self.request_from(source, "GET", "/api/servers").status, status)

    def test_a_program_comes_with_an_api_token_from_anywhere(self):
        self.start()
        with self.d.varlink() as v:
            token = v.call("AddToken", {"name": "prometheus", "role": "viewer"})["parameters"]["token"]
        self.d.start_webd(*self.believing, "127.0.1.1")
        bearer = {"Authorization": f"Bearer {token}"}
        self.assertEqual(self.d.request("GET", "/metrics", headers=bearer).status, 200)
        self.assertEqual(self.d.request("GET", "/api/info", headers=bearer).status, 200)
        answer = self.d.request("POST", "/api/servers", {"hostname": "x"}, headers=bearer)
        self.assertEqual((answer.status, answer.json["code"]), (403, "permission_denied"), answer)
        self.assertEqual(self.d.request("GET", "/metrics", headers={"Authorization": "Bearer bc_" + "A" * 43}).status, 401)

    def test_scannerd_does_not_believe_webd_unasked_and_says_what_to_change(self):
        self.start(sign_in="password")
        self.d.start_webd(*self.believing, "127.0.0.1")
        answer = self.request_from("127.0.0.1", "POST", "/api/servers", {"hostname": "x"})
        self.assertEqual((answer.status, answer.json["code"]), (403, "permission_denied"), answer)
        self.assertIn('"sign_in": "webd"', answer.json["message"])
        self.assertEqual(self.d.sql("SELECT count(*) FROM v_servers"), [(0,)])

    def test_who_leaves_at_once_is_not_taken_for_one_at_the_unix_socket(self):
        self.start()
        path = os.path.join(self.d.base, "web.sock")
        with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as unix:
            for s, address in ((tcp, ("127.0.0.1", 0)), (unix, path)):
                s.bind(address)
                s.listen(64)
            self.start_activated([tcp, unix], *self.believing, "unix")
            self.d.port = tcp.getsockname()[1]
            self.assertEqual(self.request_from("127.0.0.1", "POST", "/api/servers", {"hostname": "x"}).status, 401)
            for _ in range(50):
                self.d.webd.send_signal(signal.SIGSTOP)  # so that it finds both, the request and the reset
                with socket.create_connection(tcp.getsockname()) as s:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    s.sendall(self.adding("from-nowhere"))
                self.d.webd.send_signal(signal.SIGCONT)
            with socket.socket(socket.AF_UNIX) as s:  # by the right way it is possible
                s.connect(path)
                s.sendall(self.adding("by-the-socket"))
                self.assertEqual(s.makefile("rb").readline(), b"HTTP/1.1 201 Created\r\n")
        self.assertEqual(self.d.sql("SELECT hostname FROM v_servers"), [("by-the-socket",)])

    def adding(self, hostname):
        """A request for this server, as bytes."""
        body = json.dumps({"hostname": hostname})
        headers = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": len(body), **self.jo}
        return ("POST /api/servers HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n" + body).encode()

    def start_activated(self, sockets, *args):
        """webd with these sockets, as systemd passes them."""
        numbers = [s.fileno() for s in sockets]
        move = f'exec 3<&{numbers[0]} 4<&{numbers[1]}; export LISTEN_PID=$$ LISTEN_FDS=2; exec "$@"'
        self.d.webd = self.d._start(  # pylint: disable=protected-access
            "webd", ["--database", self.d.database, "--socket", self.d.socket, "--state", self.d.state, "--listen", "127.0.0.1:1", *args],
            prefix=("bash", "-c", move, "activate"), pass_fds=numbers, stdout=subprocess.PIPE)


class RedirectBattery:
    def test_who_comes_without_encryption_is_sent_to_the_address_with_it(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.d.proxy.plain_port, timeout=20)
        self.addCleanup(connection.close)
        connection.request("GET", "/x?y=1", headers={"Host": "evil.example"})
        self.assertEqual(connection.getresponse().headers["Location"], f"https://{NAME}/x?y=1")


class NginxTest(RedirectBattery, BreakingOffBattery, ExportBattery, unittest.TestCase):
    kind = Nginx

    def test_one_client_with_many_requests_does_not_take_the_place_of_another(self):
        for _ in range(64):
            events = ProxiedEvents(self.d, self.admin())
            self.addCleanup(events.close)
            self.assertEqual(events.response.status, 200)
        self.assertEqual(self.d.request("GET", "/api/session").status, 429)
        self.assertEqual(self.d.request("GET", "/api/session", source="127.0.0.8").status, 200)


class NginxSignInTest(RedirectBattery, SignInBattery, unittest.TestCase):
    kind = Nginx


class ApacheTest(RedirectBattery, BreakingOffBattery, ExportBattery, unittest.TestCase):
    kind = Apache


class ApacheSignInTest(RedirectBattery, SignInBattery, unittest.TestCase):
    kind = Apache


class CaddyTest(ExportBattery, unittest.TestCase):
    kind = Caddy


class CaddySignInTest(SignInBattery, unittest.TestCase):
    kind = Caddy
