"""Servers found by real nmap in network namespaces, from the packet to the row that HTTP shows."""
import os
import re
import time
import unittest

from harness import Events, wait_for, write_file
from network import V4, V6, NetworkTest, Sniffer, command_line, lives

QEMU_MAC = "52:54:00:ab:cd:01"
TWELVE = ["web:22,80", "db:22,5432", "empty:", "odd:8000,8001", *(f"more{i}:80" for i in range(8))]


class FindingTest(NetworkTest):
    hosts = TWELVE
    subnets = [V4 + "8/29"]  # .8 to .15: five hosts, three dead addresses

    def test_a_subnet_gives_names_ports_and_hardware_and_no_dead_address(self):
        self.net.ip("web", "link", "set", "eth0", "address", QEMU_MAC)
        scan = self.scan_servers()
        rows = self.rows()
        self.assertEqual(sorted(rows), [f"{V4}{n}" for n in range(11, 16)])
        web = rows[V4 + "11"]
        self.assertEqual((web["hostname"], web["open_ports"]), ("web.test", "22/tcp (ssh), 80/tcp (http)"))
        self.assertEqual((web["mac_address"], web["mac_vendor"]), (QEMU_MAC, "QEMU virtual NIC"))
        self.assertEqual((web["is_reachable"], web["by_hand"], web["addresses"]), (True, False, [V4 + "11"]))
        self.assertEqual((rows[V4 + "13"]["hostname"], rows[V4 + "13"]["open_ports"]), ("empty.test", ""))
        self.assertRegex(rows[V4 + "13"]["mac_address"], "^([0-9a-f]{2}:){5}[0-9a-f]{2}$")
        self.assertIsNone(rows[V4 + "13"]["mac_vendor"], "its address is random")
        self.assertEqual((scan["hosts"], scan["hosts_up"], scan["errors"], scan["reduced"]), (8, 5, 0, False))
        self.assertEqual(scan["message"], "5 of 8 addresses are up.")
        self.assertTrue(all(r["last_scan"] == r["scan_time"] for r in rows.values()))

    def test_an_ipv6_prefix_is_scanned_beside_ipv4(self):
        self.configure(subnets_to_scan=[V6 + "/120", V4 + "12"])
        scan = self.scan_servers()
        rows = self.rows()
        self.assertEqual(set(rows), {V4 + "12", V6 + "1", V6 + "2", *(V6 + format(n, "x") for n in range(11, 23))})
        self.assertEqual((rows[V6 + "b"]["hostname"], rows[V6 + "b"]["open_ports"]), ("web.test", "22/tcp (ssh), 80/tcp (http)"))
        self.assertEqual(scan["hosts"], 257)

    def test_a_single_address_and_a_host_name_are_targets(self):
        self.configure(subnets_to_scan=[V4 + "11", "db.test"])
        self.scan_servers()
        rows = self.rows()
        self.assertEqual({a: r["hostname"] for a, r in rows.items()}, {V4 + "11": "web.test", V4 + "12": "db.test", V6 + "c": "db.test"})
        self.assertEqual(rows[V4 + "12"]["open_ports"], "22/tcp (ssh)")

    def test_a_host_that_is_configured_by_name_is_unreachable_when_it_is_down(self):
        self.configure(subnets_to_scan=["web.test", "db.test"])
        self.scan_servers()
        self.net.unplug("db")
        try:
            self.scan_servers()
        finally:
            self.net.plug("db")
        reachable = {a: r["is_reachable"] for a, r in self.rows().items()}
        self.assertEqual(reachable, {V4 + "11": True, V6 + "b": True, V4 + "12": False, V6 + "c": False})

    def test_operating_systems_are_guessed_when_asked_and_a_host_without_a_guess_stays(self):
        self.configure(subnets_to_scan=[V4 + "11", V4 + "13"])
        self.scan_servers()
        self.assertEqual([r["detected_os"] for r in self.rows().values()], [None, None])
        self.configure(network_scan={"ports": "top:50", "detect_os": True})
        self.scan_servers()
        rows = self.rows()
        self.assertIn("Linux", rows[V4 + "11"]["detected_os"])
        self.assertEqual((rows[V4 + "13"]["hostname"], rows[V4 + "13"]["detected_os"], rows[V4 + "13"]["is_reachable"]), ("empty.test", None, True))
        self.configure(network_scan={"ports": "22,80"})
        self.scan_servers()
        self.assertIn("Linux", self.row("web")["detected_os"], "a scan that did not ask says nothing about it")

    def test_only_the_configured_ports_are_tried(self):
        self.configure(network_scan={"ports": "22,8001"})
        with Sniffer(self.net) as sent:
            self.scan_servers()
        self.assertEqual({a: p for a, p in sent.ports.items() if a in self.rows()}, {a: {22, 8001} for a in self.rows()})
        self.assertEqual((self.row("odd")["open_ports"], self.row("web")["open_ports"]), ("8001/tcp (vcom-tunnel)", "22/tcp (ssh)"))

    def test_an_excluded_address_gets_not_one_packet(self):
        self.configure(subnets_to_scan=[V4 + "8/29", V6 + "8/125", "db.test", "odd.test"],
                       exclude_addresses=[V4 + "12", V4 + "14/31", V6 + "c", V6 + "e/127"])
        with Sniffer(self.net) as sent:
            self.scan_servers()
        self.assertEqual(set(self.rows()), {V4 + "11", V4 + "13", V6 + "b", V6 + "d"})
        excluded = {V4 + "12", V4 + "14", V4 + "15", V6 + "c", V6 + "e", V6 + "f"}
        wanted = {f"{V4}{n}" for n in (8, 9, 10, 11, 13)} | {V6 + "b", V6 + "d"}
        self.assertEqual(sent.addresses & excluded, set())
        self.assertEqual(wanted - sent.addresses, set(), "the others were asked for, and seen asked for")

    def test_excluding_a_known_server_does_not_call_it_unreachable(self):
        self.scan_servers()
        self.configure(exclude_addresses=[V4 + "12"])
        self.scan_servers()
        self.assertIs(self.row("db")["is_reachable"], True)

    def test_a_24_with_twelve_hosts_takes_less_than_half_a_minute(self):
        self.configure(subnets_to_scan=[V4 + "0/24"], network_scan={"ports": "top:100"})
        start = time.monotonic()
        scan = self.scan_servers()
        self.assertLess(time.monotonic() - start, 30)
        self.assertEqual((scan["hosts"], scan["hosts_up"]), (256, 14))
        self.assertEqual(set(self.rows()), {f"{V4}{n}" for n in [1, 2, *range(11, 23)]})

    def test_backups_named_by_name_or_address_make_a_found_host_green(self):
        names = {"web": "web_2024.tar.gz", "db": f"dump-{V4}12.sql.gz", "empty": "backup-10-99-0-13-full.tar"}
        paths = {name: write_file(os.path.join(self.d.backups, "daily", file)) for name, file in names.items()}
        write_file(os.path.join(self.d.backups, f"dump-{V4}141.sql.gz"))
        self.d.scan()
        self.assertEqual([f["server"] for f in self.d.files()], [None] * 4)
        self.scan_servers()
        for name, file in names.items():
            with self.subTest(name):
                row = self.d.settled_server(f"{name}.test", backup_status="green")
                self.assertEqual((row["backup_file"], row["backup_path"], row["backup_count"]), (file, paths[name], 1))
        odd = self.row("odd")
        self.assertEqual((odd["ip_address"], odd["backup_status"], odd["backup_file"]), (V4 + "14", "red", None))


class IdentityTest(NetworkTest):
    hosts = ["web:22,80", "db:22", "twin:80", "other:80"]

    def test_a_changed_reverse_name_renames_the_row_and_keeps_it(self):
        path = write_file(os.path.join(self.d.backups, "renamed7.tar"))
        self.d.scan()
        self.scan_servers()
        before = self.row("db")
        self.net.dns({self.net.v4("db"): "renamed7.test"})
        self.addCleanup(self.net.dns)
        self.scan_servers()
        after = self.row("db")
        self.assertEqual((after["id"], after["hostname"], after["backup_status"], after["backup_path"]), (before["id"], "renamed7.test", "green", path))
        self.net.dns({self.net.v4("db"): None})
        self.scan_servers()
        self.assertEqual((self.row("db")["id"], self.row("db")["hostname"]), (before["id"], "renamed7.test"), "no answer says nothing")
        self.assertEqual(len(self.rows()), 4)

    def test_a_host_without_a_name_is_called_by_its_address(self):
        self.net.dns({self.net.v4("db"): None})
        self.addCleanup(self.net.dns)
        self.scan_servers()
        self.assertEqual(self.row("db")["hostname"], self.net.v4("db"))
        self.net.dns()
        self.scan_servers()
        self.assertEqual(self.row("db")["hostname"], "db.test")

    def test_two_addresses_with_one_name_stay_two_rows_until_a_person_merges_them(self):
        self.net.dns({self.net.v4("other"): "twin.test"})
        self.addCleanup(self.net.dns)
        for _ in range(2):
            self.scan_servers()
            twins = [r for r in self.rows().values() if r["hostname"] == "twin.test"]
            self.assertEqual([r["ip_address"] for r in twins], [self.net.v4("twin"), self.net.v4("other")])
        answer = self.d.request("POST", f"/api/servers/{twins[0]['id']}/merge", {"other": twins[1]["id"]})
        self.assertEqual(answer.status, 200, answer)
        for _ in range(2):
            twins = [r for r in self.rows().values() if r["hostname"] == "twin.test"]
            self.assertEqual([sorted(r["addresses"]) for r in twins], [[self.net.v4("twin"), self.net.v4("other")]])
            self.scan_servers()
        self.assertEqual(len(self.rows()), 3)
        self.net.unplug("twin")
        try:
            self.scan_servers()
        finally:
            self.net.plug("twin")
        self.assertIs([r for r in self.rows().values() if r["hostname"] == "twin.test"][0]["is_reachable"], True, "its other address answers")

    def test_a_server_kept_by_hand_adopts_the_address_that_has_its_name(self):
        short = self.d.add_server("web", note="by its short name")
        whole = self.d.add_server("db.test", aliases=["old"])
        self.scan_servers()
        web, db = self.row("web"), self.row("db")
        self.assertEqual((web["id"], web["note"], web["hostname"], web["by_hand"], web["is_reachable"]), (short["id"], "by its short name", "web", True, True))
        self.assertEqual((db["id"], db["aliases"], db["open_ports"]), (whole["id"], ["old"], "22/tcp (ssh)"))
        self.assertEqual(len(self.rows()), 4)

    def test_what_a_person_said_survives_scans(self):
        self.scan_servers()
        row = self.row("db")
        said = {"hostname": "database", "aliases": ["oracle9"], "tags": ["prod"], "note": "do not touch"}
        self.assertEqual(self.d.request("PUT", f"/api/servers/{row['id']}", said).status, 200)
        self.net.dns({self.net.v4("db"): "renamed7.test"})
        self.addCleanup(self.net.dns)
        for _ in range(2):
            self.scan_servers()
            now = self.row("db")
            self.assertEqual(({k: now[k] for k in said}, now["id"], now["ip_address"]), (said, row["id"], self.net.v4("db")))

    def test_a_host_that_goes_down_is_kept_as_unreachable_and_comes_back(self):
        write_file(os.path.join(self.d.backups, "db.tar"))
        self.d.scan()
        self.scan_servers()
        before = self.row("db")
        self.net.unplug("db")
        try:
            scan = self.scan_servers()
        finally:
            self.net.plug("db")
        down = self.row("db")
        self.assertEqual(scan["hosts_up"], 3)
        self.assertEqual((down["is_reachable"], down["last_scan"], down["last_seen"]), (False, before["last_seen"], before["last_seen"]))
        self.assertGreater(down["scan_time"], down["last_seen"])
        same = ("id", "hostname", "open_ports", "mac_address", "backup_status", "backup_file")
        self.assertEqual([down[k] for k in same], [before[k] for k in same])
        self.assertEqual([r["ip_address"] for r in self.rows("?reachable=0").values()], [self.net.v4("db")])
        self.scan_servers()
        back = self.row("db")
        self.assertEqual((back["id"], back["is_reachable"]), (before["id"], True))
        self.assertGreater(back["last_seen"], before["last_seen"])

    def test_another_machine_at_the_address_does_not_inherit_what_was_seen_of_the_old(self):
        self.scan_servers()
        self.net.dns({self.net.v4("db"): None})
        self.addCleanup(self.net.dns)
        self.net.ip("db", "link", "set", "eth0", "address", QEMU_MAC)
        self.scan_servers()
        self.assertEqual((self.row("db")["hostname"], self.row("db")["mac_address"]), (self.net.v4("db"), QEMU_MAC))


class LimitsTest(NetworkTest):
    hosts = ["web:22,80", "db:22,5432", "far:80"]
    subnets = [V4 + "8/29"]

    def only(self, *targets):
        return self.d.request("POST", "/api/scan/servers?wait=60", {"only": list(targets)})

    def restart(self, **config):
        self.d.stop()
        self.d.write_config(**config)
        self.d.start()

    def test_only_narrows_a_scan_and_says_nothing_of_the_rest(self):
        self.scan_servers()
        self.net.unplug("web")
        self.net.unplug("far")
        try:
            with Sniffer(self.net) as sent:
                answer = self.only(V4 + "11", V4 + "12/32", V4 + "8/31")
        finally:
            self.net.plug("web")
            self.net.plug("far")
        self.assertEqual((answer.status, answer.json["scan"]["state"], answer.json["scan"]["hosts"]), (200, "succeeded", 4), answer)
        self.assertEqual({n: self.row(n)["is_reachable"] for n in self.net.names}, {"web": False, "db": True, "far": True})
        self.assertEqual({a for a in sent.addresses if a.startswith(V4)} - {V4 + "1"}, {f"{V4}{n}" for n in (8, 9, 11, 12)})

    def test_only_outside_of_the_configured_subnets_is_refused_by_name(self):
        for index, targets in ((0, [V4 + "16"]), (0, [V4 + "0/28"]), (1, [V4 + "11", "10.0.0.0/8"]), (0, ["8.8.8.8"]), (0, ["web.test"]), (0, ["::/0"])):
            with self.subTest(str(targets)):
                self.refused(self.only(*targets), 403, "outside_limits", f"only[{index}]")
        for bad in ("10.99.0.11 -sC", "-iL/etc/passwd", "10.99.0.9/29", "", "10.99.0.11;id"):
            with self.subTest(bad):
                self.refused(self.only(bad), 400, "invalid_value", "only[0]")
        self.assertEqual(self.d.get("/api/scans")["count"], 0)

    def test_a_public_network_is_refused_in_the_file_and_over_http(self):
        now = self.d.get("/api/config")
        for subnet in ("8.8.8.0/24", "8.8.8.8", "2001:db8::/120", "10.0.0.0/8", "0.0.0.0/0", "fd99::/64"):
            with self.subTest(subnet):
                self.refused(self.d.request("PUT", "/api/config", {**now["config"], "subnets_to_scan": [V4 + "8/29", subnet]}), 403, "outside_limits", "subnets_to_scan[1]")
        self.restart(limits={"subnets_within": [V4 + "0/24", "8.8.0.0/16"]})
        now = self.d.get("/api/config")
        for subnet in ("10.99.1.0/24", "192.168.0.0/24", "127.0.0.1"):
            with self.subTest(subnet):
                self.refused(self.d.request("PUT", "/api/config", {**now["config"], "subnets_to_scan": [subnet]}), 403, "outside_limits", "subnets_to_scan[0]")
        self.assertEqual(self.d.get("/api/config"), now)
        self.d.stop()
        self.d.write_config(subnets_to_scan=["8.9.0.0/24"])
        code, said = self.d.run_scannerd("--check-config")
        self.assertEqual(code, 78, said)
        self.assertIn("subnets_to_scan[0]: 8.9.0.0/24 lies outside", said)

    def test_a_name_that_leads_outside_of_the_limits_is_left_out_with_a_warning(self):
        self.restart(limits={"subnets_within": [V4 + "11", V4 + "13", "fd99::d"]}, subnets_to_scan=["web.test", "db.test", "evil.test", "nobody.test", "far.test"])
        self.net.dns(more=["198.51.100.7 evil.test", "169.254.169.254 far.test"])
        try:
            with Sniffer(self.net) as sent:
                scan = self.scan_servers()
        finally:
            self.net.dns()
        self.assertEqual(set(self.rows()), {V4 + "11", V4 + "13", V6 + "d"})
        left_out = {"web.test": V6 + "b", "db.test": V4 + "12", "evil.test": "198.51.100.7", "far.test": "169.254.169.254"}
        problems = self.problems(scan["id"])
        for name, address in left_out.items():
            self.assertIn(f"{name} was left out: its address {address} is outside the networks that may be scanned", problems)
            self.assertNotIn(address, sent.addresses)
        self.assertTrue(any(p.startswith("nobody.test was left out: ") for p in problems), problems)
        self.assertEqual((len(problems), scan["errors"]), (6, 6))

    def test_names_that_all_lead_nowhere_end_the_scan_without_calling_anybody_down(self):
        self.scan_servers()
        self.configure(subnets_to_scan=["nobody.test"])
        scan = self.scan_servers(expect=None)
        self.assertEqual(len(self.problems(scan["id"])), 1)
        self.assertEqual([r["is_reachable"] for r in self.rows().values()], [True] * 3)

    def test_the_rate_reaches_nmap_and_no_text_of_a_person_does(self):
        self.configure(exclude_addresses=[V4 + "77"])
        number, _, nmap = self.begin_slow_scan(ports="22,80,4711")
        argv = command_line(nmap)
        self.assertEqual(argv[argv.index("--max-rate") + 1], "7")
        self.assertEqual(argv[argv.index("-iL") + 1], "-")
        self.assertNotIn(V4, " ".join(argv))
        self.assertEqual([a for a in argv[1:] if not re.fullmatch(r"-{1,2}[A-Za-z][A-Za-z0-9,-]*|[0-9]+s?|-", a)], [])
        self.cancel(number)
        self.d.ended_scan(number, 5)

    def test_the_files_highest_rate_wins(self):
        self.restart(limits={"max_rate": 9}, network_scan={"ports": "22", "max_rate": 9}, subnets_to_scan=[V4 + "0/24"])
        now = self.d.get("/api/config")
        for rate in (0, 10, 1000000):
            self.refused(self.d.request("PUT", "/api/config", {**now["config"], "network_scan": {"max_rate": rate}}), 403, "outside_limits", "network_scan.max_rate")
        number = self.d.begin_scan("servers")
        argv = command_line(self.processes()[1])
        self.assertEqual(argv[argv.index("--max-rate") + 1], "9")
        self.cancel(number)
        self.d.ended_scan(number, 5)


class RunningTest(NetworkTest):
    hosts = ["web:22,80", "db:22,5432"]

    def test_progress_tells_percent_hosts_and_seconds_left(self):
        self.configure(subnets_to_scan=[V4 + "0/26"], network_scan={"ports": "top:40", "max_rate": 60})
        events = Events(self.d.port)
        self.addCleanup(events.close)
        number = self.d.begin_scan("servers")
        seen = events.until(lambda name, data: name == "progress" and data["kind"] == "servers" and data["state"] != "running")
        told = [data for name, data in seen if name == "progress" and data["scan"] == number]
        percents = [p["percent"] for p in told]
        known = [p for p in percents if p >= 0]
        self.assertEqual(known, sorted(known))
        self.assertGreaterEqual(len(set(known)), 3, percents)  # twice in between: how often nmap estimates is its own affair
        self.assertEqual((known[-1], told[-1]["state"], told[-1]["seconds_left"]), (100, "succeeded", 0))
        self.assertTrue(any(p["seconds_left"] > 0 for p in told[:-1]))
        self.assertTrue(any(0 < p["hosts"] <= 64 and p["percent"] < 100 for p in told[:-1]))
        hosts = [p["hosts"] for p in told]
        self.assertEqual(hosts, sorted(hosts), "addresses looked at only grow")
        self.assertLess(min(hosts), 64, "and are not all of them from the beginning")
        self.assertEqual((told[-1]["hosts"], told[-1]["hosts_up"]), (64, 4))
        self.assertTrue(any("Ping Scan" in (p["current"] or "") for p in told), "nmap's own task is told")
        self.assertTrue(any(name == "changed" and "servers" in data["changed"] for name, data in seen))

    def test_cancelling_ends_nmap_and_netscan_within_a_second_and_calls_nobody_down(self):
        self.scan_servers()
        before = self.rows()
        self.net.unplug("db")
        try:
            number, netscan, nmap = self.begin_slow_scan()
            time.sleep(2)
            start = time.monotonic()
            self.cancel(number)
            wait_for(lambda: not lives(nmap) and not lives(netscan), 3, "the end of nmap and netscan")
            row = self.d.ended_scan(number, 3)
            self.assertLess(time.monotonic() - start, 1)
        finally:
            self.net.plug("db")
        self.assertEqual((row["state"], row["message"]), ("cancelled", "Cancelled; hosts that were found until then are kept, and none is called unreachable."))
        self.assertEqual({a: r["is_reachable"] for a, r in self.rows().items() if a in before}, {a: True for a in before})
        self.refused(self.d.request("DELETE", f"/api/scan/{number}"), 404, "not_found", "scan")
        self.configure(subnets_to_scan=self.subnets, network_scan=self.network_scan)
        self.scan_servers()
        self.healthy()

    def test_a_scan_over_its_time_fails_with_that_reason_and_calls_nobody_down(self):
        self.scan_servers()
        before = self.row("db")
        self.configure(subnets_to_scan=[V4 + "0/24"], network_scan={"ports": "22,80", "max_rate": 7, "scan_timeout": "2s"})
        self.net.unplug("db")
        try:
            start = time.monotonic()
            scan = self.scan_servers(expect="failed")
            self.assertLess(time.monotonic() - start, 10)
        finally:
            self.net.plug("db")
        self.assertEqual(scan["message"], "the scan took longer than 2 seconds")
        self.assertEqual(self.row("db"), before)
        self.healthy()

    def test_a_second_scan_meanwhile_is_refused_with_the_one_that_runs(self):
        number, _, _ = self.begin_slow_scan()
        answer = self.d.request("POST", "/api/scan/servers")
        self.assertEqual((answer.status, answer.json["code"], answer.json["scan"]["id"]), (409, "scan_running", number), answer)
        write_file(os.path.join(self.d.backups, "web.tar"))
        self.assertEqual(self.d.scan("directories")["state"], "succeeded", "the other kind runs beside it")
        self.cancel(number)
        self.d.ended_scan(number, 5)

    def test_stopping_scannerd_during_a_scan_takes_nmap_with_it(self):
        number, netscan, nmap = self.begin_slow_scan()
        start = time.monotonic()
        self.d.stop()
        self.assertLess(time.monotonic() - start, 5)
        wait_for(lambda: not lives(nmap) and not lives(netscan), 3, "the end of nmap and netscan")
        self.d.start()
        self.assertIn(self.d.scan_row(number)["state"], ("cancelled", "interrupted"))


if __name__ == "__main__":
    unittest.main()
