"""test_signin - people sign in to webd: the first account, cookies, API tokens, roles, proxies; and what ends with a session."""
import contextlib
import json
import os
import re
import sqlite3
import time
import unittest

from described import PEOPLE, DescribedDeployment
from harness import Events, wait_for

PASSWORD = "correct horse battery"
OTHER = "seven-green-kettles"
PLAIN = "backup-checker"
SAFE = "__Host-backup-checker"


class PasswordTest(unittest.TestCase):
    """webd with sign-in, in front of a scannerd that believes nobody; both run as root, which must not make anybody an admin."""
    webd_args = ("--auth", "password")
    sign_in = "password"
    netscan = None  # that of the build

    def setUp(self):
        self.d = DescribedDeployment(netscan=self.netscan)
        self.addCleanup(self.d.remove)
        self.d.write_config(limits={"sign_in": self.sign_in})
        self.d.start_scannerd()
        self.start_webd()

    def start_webd(self):
        self.d.start_webd(*self.webd_args)

    def add(self, name, role="admin", password=PASSWORD):
        with self.d.varlink() as v:
            reply = v.call("AddAccount", {"name": name, "password": password, "role": role})
        self.assertNotIn("error", reply, reply)
        return reply["parameters"]["id"]

    def token(self, role):
        with self.d.varlink() as v:
            return v.call("AddToken", {"name": "for " + role, "role": role})["parameters"]["token"]

    def sign_in_as(self, name, password=PASSWORD, headers=None, **more):
        return self.d.request("POST", "/api/session", {"name": name, "password": password, **more}, headers=headers)

    def cookie(self, name, password=PASSWORD):
        answer = self.sign_in_as(name, password)
        self.assertEqual(answer.status, 200, answer)
        return {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}

    def who(self, headers=None):
        return self.d.get("/api/session", headers=headers)

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.json["code"]), (status, code), answer)
        return answer.json


class FirstAccountTest(PasswordTest):
    def link(self):
        line = self.d.webd.stdout.readline().decode()
        found = re.search(r"(http://127\.0\.0\.1:\d+/)#/first\?token=([\w-]{43})$", line.strip())
        self.assertTrue(found, line)
        self.assertEqual(found[1], f"http://127.0.0.1:{self.d.port}/")
        return found[2]

    def set_up(self, token, name="jo", password=PASSWORD):
        return self.d.request("POST", "/api/setup", {"token": token, "name": name, "password": password})

    def test_the_printed_link_makes_the_first_account_once(self):
        token = self.link()
        self.assertTrue(self.who()["setup"])
        self.refused(self.set_up("A" * 43), 403, "forbidden")
        self.refused(self.set_up(""), 403, "forbidden")
        self.assertEqual(self.set_up(token, password="short").status, 400, "a bad password does not use the link up")
        self.assertEqual(self.set_up(token).status, 200)
        self.assertFalse(self.who()["setup"])
        self.assertEqual(self.who(self.cookie("jo"))["role"], "admin")
        self.assertIn(self.set_up(token, name="eve").status, (403, 409))
        wait_for(lambda: self.set_up(token, name="eve").status == 403, what="the end of the link")

    def test_the_link_is_worth_nothing_once_there_is_an_account_from_elsewhere(self):
        token = self.link()
        self.add("jo")
        wait_for(lambda: self.set_up(token, name="eve").status == 403, what="the end of the link")
        with self.d.varlink() as v:
            self.assertEqual([a["name"] for a in v.call("ListAccounts")["parameters"]["accounts"]], ["jo"])

    def test_no_link_is_printed_where_there_is_an_account(self):
        self.add("jo")
        self.d.end(self.d.webd)
        self.start_webd()
        self.assertFalse(self.who()["setup"])
        self.d.webd.terminate()
        self.assertEqual(self.d.webd.stdout.read(), b"")


class SessionTest(PasswordTest):
    def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(self):
        self.add("jo", "operator")
        answer = self.sign_in_as("JO")
        self.assertEqual(answer.json["name"], "jo")
        self.assertEqual(answer.json["role"], "operator")
        self.assertNotIn("session", answer.json)
        value, *flags = answer.headers["Set-Cookie"].split("; ")
        self.assertRegex(value, rf"^{PLAIN}=bcs_[\w-]{{43}}$")
        self.assertEqual(flags, ["Path=/", "HttpOnly", "SameSite=Strict"])
        who = self.who({"Cookie": "other=1; " + value})
        self.assertEqual((who["name"], who["role"], who["kind"], who["method"]), ("jo", "operator", "session", "password"))

    def test_over_https_the_cookie_is_bound_to_host_and_encryption(self):
        self.add("jo")
        answer = self.sign_in_as("jo", headers={"Host": "localhost", "Origin": "https://localhost"})
        value, *flags = answer.headers["Set-Cookie"].split("; ")
        self.assertRegex(value, rf"^{SAFE}=bcs_")
        self.assertEqual(flags, ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"])
        self.assertEqual(self.who({"Cookie": value})["name"], "jo")

    def test_wrong_passwords_and_unknown_names_get_the_same_answer_and_in_the_end_must_wait(self):
        self.add("jo")
        answers = [self.sign_in_as(name, OTHER) for name in ("jo", "nobody-here", "jo")]
        for answer in answers:
            self.refused(answer, 401, "sign_in_refused")
        self.assertEqual(answers[0].body, answers[1].body)
        late = [self.sign_in_as("jo", OTHER) for _ in range(3)][-1]
        self.refused(late, 429, "too_many_attempts")
        self.assertTrue(1 <= int(late.headers["Retry-After"]) <= 60, late.headers["Retry-After"])
        self.assertIn(f"{late.headers['Retry-After']} s", late.json["message"])
        time.sleep(int(late.headers["Retry-After"]))
        self.assertEqual(self.sign_in_as("jo").status, 200, "nobody is locked out for good")

    def test_without_a_session_only_what_the_sign_in_page_needs_is_answered(self):
        self.add("jo")
        for headers in ({}, {"Cookie": f"{PLAIN}=bcs_" + "A" * 43}, {"Cookie": f"{PLAIN}=x"}, {"Authorization": "Bearer bc_" + "A" * 43}, {"Authorization": "Basic am86eA=="}):
            with self.subTest(headers=headers):
                answer = self.d.request("GET", "/api/servers", headers=headers)
                self.refused(answer, 401, "not_signed_in")
                self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
                self.refused(self.d.request("POST", "/api/servers", {"hostname": "x"}, headers=headers), 401, "not_signed_in")
        self.assertEqual(self.who()["name"], "")
        self.assertEqual(self.who()["role"], "none")

    def test_signing_out_ends_the_session_at_once(self):
        self.add("jo")
        cookie = self.cookie("jo")
        self.assertEqual(self.d.request("GET", "/api/servers", headers=cookie).status, 200)
        answer = self.d.request("DELETE", "/api/session", headers=cookie)
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("Max-Age=0", answer.headers["Set-Cookie"])
        self.refused(self.d.request("GET", "/api/servers", headers=cookie), 401, "not_signed_in")

    def test_a_session_that_is_ended_elsewhere_gets_nothing_more_and_its_events_are_cut(self):
        self.add("jo")
        jo, other = self.cookie("jo"), self.cookie("jo")
        events = Events(self.d.port, headers=jo)
        self.addCleanup(events.close)
        self.assertEqual(events.next()[0], "hello")
        sessions = self.d.get("/api/sessions", headers=other)["sessions"]
        ended = [s["id"] for s in sessions if not s["current"]]
        self.assertEqual(len(ended), 1)
        self.assertEqual(sessions[0]["address"], "127.0.0.1")
        self.assertEqual(self.d.request("DELETE", f"/api/sessions/{ended[0]}", headers=other).status, 200)
        wait_for(lambda: self.d.request("GET", "/api/servers", headers=jo).status == 401, 5, "the end of the session")
        end = time.monotonic() + 20
        while events.response.readline():
            self.assertLess(time.monotonic(), end, "events go on")

    def test_a_session_ends_by_the_limits_of_the_settings(self):
        """Five minutes are the least that a setting takes: they pass by moving what is stored into the past."""
        self.add("jo")
        config = {key: value for key, value in self.d.config.items() if key != "limits"} | {"sign_in": {"session_idle": "5m", "session_max": "10m"}}
        self.assertEqual(self.d.request("PUT", "/api/config", config, headers=self.cookie("jo")).status, 200)
        for passed, ends in (("used = used - 290", False), ("used = used - 301", True), ("expires = expires - 590", False), ("expires = expires - 601", True)):
            with self.subTest(passed):
                answer = self.sign_in_as("jo")
                self.assertEqual(answer.json["idle"], 300)
                self.assertAlmostEqual(answer.json["expires"], time.time() + 600, delta=5)
                cookie = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
                with contextlib.closing(sqlite3.connect(os.path.join(self.d.state, "accounts.db"), timeout=10)) as db:
                    db.execute(f"UPDATE sessions SET {passed} WHERE id = ?", (answer.json["id"],))
                    db.commit()
                answer = self.d.request("GET", "/api/sessions", headers=cookie)  # webd asks at once: it has not seen this cookie before
                if ends:
                    self.refused(answer, 401, "not_signed_in")
                    self.assertEqual(self.who(cookie)["name"], "")
                else:
                    self.assertEqual(answer.status, 200, answer)

    def test_another_role_and_the_end_of_an_account_count_for_open_sessions(self):
        self.add("root-of-all")
        jo = self.add("jo", "operator")
        cookie = self.cookie("jo")
        scan = ("POST", "/api/scan/directories")
        self.assertEqual(self.d.request(*scan, headers=cookie).status, 202)
        admin = self.cookie("root-of-all")
        self.assertEqual(self.d.request("PUT", f"/api/accounts/{jo}", {"role": "viewer"}, headers=admin).status, 200)
        wait_for(lambda: self.d.request(*scan, headers=cookie).status == 403, 5, "the new role")
        body = self.refused(self.d.request(*scan, headers=cookie), 403, "permission_denied")
        self.assertIn("operator", body["message"])
        self.assertEqual(self.d.request("DELETE", f"/api/accounts/{jo}", headers=admin).status, 200)
        wait_for(lambda: self.d.request("GET", "/api/servers", headers=cookie).status == 401, 5, "the end of the account")

    def test_a_password_is_changed_by_who_knows_the_old_one(self):
        self.add("jo", "viewer")
        cookie = self.cookie("jo")
        self.assertNotEqual(self.d.request("PUT", "/api/password", {"old": OTHER, "new": OTHER}, headers=cookie).status, 200)
        self.assertEqual(self.d.request("PUT", "/api/password", {"old": PASSWORD, "new": OTHER}, headers=cookie).status, 200)
        self.assertEqual(self.sign_in_as("jo", OTHER).status, 200)

    def test_an_authenticator_is_asked_for_its_code(self):
        from test_accounts import totp
        self.add("jo", "viewer")
        cookie = self.cookie("jo")
        secret = self.d.request("POST", "/api/totp", {"password": PASSWORD}, headers=cookie).json["secret"]
        self.assertFalse(self.who(cookie)["totp"], "it is not confirmed yet")
        self.assertEqual(self.d.request("PUT", "/api/totp", {"code": totp(secret)}, headers=cookie).status, 200)
        wait_for(lambda: self.who(cookie)["totp"], 5, "the session that says so")
        self.refused(self.sign_in_as("jo"), 401, "code_needed")
        self.assertEqual(self.sign_in_as("jo", code=totp(secret, 1)).status, 200)
        self.assertEqual(self.d.request("DELETE", "/api/totp", {"password": PASSWORD}, headers=cookie).status, 200)
        wait_for(lambda: not self.who(cookie)["totp"], 5, "its end, told too")
        self.assertEqual(self.sign_in_as("jo").status, 200)

    def test_who_did_what_is_listed_with_the_address_for_admins(self):
        self.add("jo")
        cookie = self.cookie("jo")
        self.assertEqual(self.d.request("POST", "/api/servers", {"hostname": "web01"}, headers=cookie).status, 201)

        def rows():
            return [r for r in self.d.get("/api/audit?actor=jo", headers=cookie)["audit"] if r["action"] == "server.add"]
        row = wait_for(rows, what="the row")[0]
        self.assertEqual((row["actor"], row["source"], row["refused"]), ("jo", "127.0.0.1", False))
        self.assertIn("web01", self.d.request("GET", "/api/audit.csv", headers=cookie).body.decode())

    def test_a_request_of_another_site_is_refused_with_the_cookie_too(self):
        self.add("jo")
        cookie = self.cookie("jo")
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Content-Type": "text/plain"}):
            answer = self.d.request("POST", "/api/servers", '{"hostname":"x"}', headers={"Content-Type": "application/json", **cookie, **headers})
            self.assertIn(answer.status, (403, 415), headers)


class DescribedTest(PasswordTest):
    def test_every_request_about_people_answers_as_it_is_described(self):
        from test_accounts import totp
        setup = self.d.webd.stdout.readline().decode().strip().rsplit("=", 1)[1]
        jo = {"name": "jo", "password": PASSWORD}
        self.assertEqual(self.d.request("POST", "/api/setup", {"token": setup, **jo}).status, 200)
        cookie = self.cookie("jo")
        secret = {}

        def code():
            return {"code": totp(secret["secret"])}
        for method, path, body, status in (
                ("POST", "/api/accounts", {"name": "mo", "password": OTHER, "role": "viewer"}, 201), ("GET", "/api/accounts", None, 200), ("PUT", "/api/accounts/2", {"role": "operator"}, 200),
                ("DELETE", "/api/accounts/2", None, 200), ("POST", "/api/tokens", {"name": "x", "role": "viewer", "expires": 0}, 201), ("GET", "/api/tokens", None, 200),
                ("DELETE", "/api/tokens/1", None, 200), ("GET", "/api/sessions", None, 200), ("GET", "/api/sessions?all=1", None, 200), ("DELETE", "/api/sessions/99", None, 404), ("DELETE", "/api/sessions", None, 200),
                ("PUT", "/api/password", {"old": PASSWORD, "new": OTHER}, 200), ("POST", "/api/totp", {"password": OTHER}, 200), ("PUT", "/api/totp", code, 200),
                ("DELETE", "/api/totp", {"password": OTHER}, 200), ("GET", "/api/audit?limit=2", None, 200), ("DELETE", "/api/session", None, 200)):
            with self.subTest(f"{method} {path}"):
                answer = self.d.request(method, path, body() if callable(body) else body, headers=cookie)
                self.assertEqual(answer.status, status, answer)
                if path == "/api/totp" and method == "POST":
                    secret = answer.json
        described = {m["operationId"] for path, methods in self.d.description.document["paths"].items() for verb, m in methods.items()
                     if path.startswith(PEOPLE) and verb in ("get", "post", "put", "delete") and "." not in path}
        self.assertEqual(described - {name for name, _ in self.d.checked} - {"get_api_session"}, set())


class TokenTest(PasswordTest):
    def test_an_api_token_is_shown_once_and_works_until_it_is_removed(self):
        self.add("jo")
        cookie = self.cookie("jo")
        made = self.d.request("POST", "/api/tokens", {"name": "monitoring", "role": "viewer"}, headers=cookie)
        self.assertEqual(made.status, 201, made)
        bearer = {"Authorization": "Bearer " + made.json["token"]}
        self.assertEqual(self.who(bearer)["kind"], "token")
        self.assertEqual(self.d.request("GET", "/metrics", headers=bearer).status, 200)
        self.refused(self.d.request("POST", "/api/scan/directories", headers=bearer), 403, "permission_denied")
        listed = self.d.request("GET", "/api/tokens", headers=cookie)
        self.assertNotIn(made.json["token"].encode(), listed.body)
        number = listed.json["tokens"][0]["id"]
        self.assertEqual(self.d.request("DELETE", f"/api/tokens/{number}", headers=cookie).status, 200)
        wait_for(lambda: self.d.request("GET", "/metrics", headers=bearer).status == 401, 5, "the end of the token")

    def test_of_two_credentials_the_wrong_token_counts(self):
        self.add("jo")
        answer = self.d.request("GET", "/api/servers", headers={**self.cookie("jo"), "Authorization": "Bearer bc_" + "A" * 43})
        self.refused(answer, 401, "not_signed_in")


class ProxyTest(PasswordTest):
    sign_in = "webd"
    webd_args = ("--auth", "proxy", "--proxy-user-header", "X-Remote-User", "--proxy-role-header", "X-Remote-Role", "--proxy-trust", "127.0.0.1")

    def test_a_trusted_proxy_says_who_it_is_and_scannerd_writes_it_down(self):
        jo = {"X-Remote-User": "jo", "X-Remote-Role": "operator", "X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
        self.assertEqual(self.who(jo)["name"], "jo")
        self.assertEqual(self.d.request("POST", "/api/servers", {"hostname": "web01"}, headers=jo).status, 201)
        wait_for(lambda: self.d.sql("SELECT 1 FROM v_audit WHERE actor = 'jo' AND source = '192.0.2.7' AND action = 'server.add'"), what="the row")
        self.refused(self.d.request("DELETE", "/api/servers", headers=jo), 403, "permission_denied")
        self.refused(self.d.request("GET", "/api/servers"), 401, "not_signed_in")
        self.refused(self.sign_in_as("jo"), 403, "forbidden")
        self.refused(self.d.request("GET", "/api/servers", headers={"X-Remote-User": "jo"}), 403, "permission_denied")


class UntrustedProxyTest(PasswordTest):
    sign_in = "webd"
    webd_args = ("--auth", "proxy", "--proxy-user-header", "X-Remote-User", "--proxy-role", "admin", "--proxy-trust", "192.0.2.1")

    def test_the_header_of_anybody_else_means_nothing(self):
        self.refused(self.d.request("GET", "/api/servers", headers={"X-Remote-User": "jo"}), 401, "not_signed_in")
        self.assertEqual(self.who({"X-Remote-User": "jo"})["name"], "")


class UnbelievedTest(PasswordTest):
    webd_args = ("--auth", "none")

    def test_without_leave_in_the_limits_webd_cannot_say_who_asks(self):
        answer = self.d.request("POST", "/api/servers", {"hostname": "web01"})
        self.refused(answer, 403, "permission_denied")


if __name__ == "__main__":
    unittest.main()
