"""Repositories of backup tools in a real tree: what lies in one is judged as a part of it, before and after it becomes one."""
import hashlib
import os
import unittest

from harness import DeploymentTest, write_file

RESTIC, BORG = 1, 2  # enum repository_kind
COUNTS, NO_SERVER, REPOSITORY, REPOSITORY_DATA = 0, 1, 12, 13  # enum verdict_reason


def blob(content):
    return hashlib.sha256(content.encode()).hexdigest()


class RepositoryTest(DeploymentTest):
    def put(self, path, **more):
        return write_file(os.path.join(self.d.backups, path), **more)

    def put_restic(self, path, packs=3, snapshots=2, age_days=1.0):
        """The files that restic writes, by its design document, with content of no meaning."""
        self.put(f"{path}/config", size=155, age_days=40)
        for i in range(packs):
            name = blob(f"pack {path} {i}")
            self.put(f"{path}/data/{name[:2]}/{name}", size=40000 + i, age_days=age_days)
        for kind, count in (("index", 1), ("keys", 1), ("snapshots", snapshots)):
            for i in range(count):
                self.put(f"{path}/{kind}/{blob(f'{kind} {path} {i}')}", size=250 + i, age_days=age_days + i)
        os.makedirs(os.path.join(self.d.backups, path, "locks"))

    def places(self):
        """By directory below the backups: (kind, depth)."""
        rows = self.d.sql("SELECT path, repository FROM dirs")
        return {os.path.relpath(os.fsdecode(path), self.d.backups): (place >> 8, place & 255) for path, place in rows}

    def reasons(self, below):
        """The reasons of the files at or below one directory, by their path below it."""
        top = os.fsencode(os.path.join(self.d.backups, below))
        rows = self.d.sql("SELECT d.path || '/' || f.name, f.match & 31 FROM dirs d JOIN files f ON f.id >> 24 = d.id")
        paths = [(path if isinstance(path, bytes) else os.fsencode(path), reason) for path, reason in rows]
        return {os.fsdecode(os.path.relpath(path, top)): reason for path, reason in paths if path.startswith(top + b"/")}

    def test_every_directory_of_a_repository_is_stored_with_its_place(self):
        self.put_restic("web01/restic")
        self.put("web01/web01.tar")
        for name in ("README", "config", "hints.5", "index.5", "integrity.5"):
            self.put(f"db01/borg/{name}", size=100)
        self.put("db01/borg/data/0/5", size=50000)
        self.d.scan()
        places = self.places()
        self.assertEqual(places["web01/restic"], (RESTIC, 0))
        for name in ("index", "keys", "snapshots"):
            self.assertEqual(places[f"web01/restic/{name}"], (RESTIC, 1))
        packs = [path for path in places if path.startswith("web01/restic/data/")]
        self.assertTrue(packs)
        self.assertEqual({places[path] for path in packs}, {(RESTIC, 2)})
        self.assertEqual(places["web01"], (0, 0))
        self.assertEqual((places["db01/borg"], places["db01/borg/data/0"]), ((BORG, 0), (BORG, 2)))

    def test_a_directory_that_becomes_a_repository_and_is_none_again_is_stored_so(self):
        self.put_restic("web01/restic")
        config = os.path.join(self.d.backups, "web01/restic/config")
        os.rename(config, config + ".aside")
        self.d.scan()
        self.assertEqual(set(self.places().values()), {(0, 0)})
        os.rename(config + ".aside", config)
        self.d.scan()
        self.assertEqual({kind for kind, _ in self.places().values()}, {RESTIC})
        before = self.d.sql("SELECT id, repository FROM dirs ORDER BY id")
        self.d.scan()
        self.assertEqual(self.d.sql("SELECT id, repository FROM dirs ORDER BY id"), before)
        os.rename(config, config + ".aside")
        self.d.scan()
        self.assertEqual(set(self.places().values()), {(0, 0)})

    def test_only_what_tells_of_a_backup_counts_in_a_servers_repository(self):
        self.d.add_server("web01")
        self.put_restic("web01/restic", packs=2, snapshots=2, age_days=3)
        self.d.scan()
        reasons = self.reasons("web01/restic")
        self.assertEqual(len(reasons), 7)
        for path, reason in reasons.items():
            self.assertEqual(reason, COUNTS if path.startswith("snapshots/") else REPOSITORY_DATA, path)
        self.assertEqual({f["server"] for f in self.d.files()}, {"web01"})
        server = self.d.servers()["web01"]
        self.assertEqual((server["backup_status"], server["backup_count"]), ("green", 2))
        self.assertEqual(os.path.dirname(server["backup_path"]), os.path.join(self.d.backups, "web01/restic/snapshots"))

    def test_a_pruned_repository_without_new_snapshots_is_no_fresh_backup(self):
        self.d.add_server("web01")
        self.put_restic("web01/restic", packs=1, snapshots=1, age_days=500)
        self.put(f"web01/restic/data/ff/{blob('repacked')}", age_days=0.1)
        self.put(f"web01/restic/index/{blob('new index')}", age_days=0.1)
        self.d.scan()
        self.assertEqual(self.d.servers()["web01"]["backup_status"], "yellow")  # old, as its snapshot is

    def test_nothing_counts_in_a_repository_that_nobody_is_named_for(self):
        self.put_restic("pool/restic", packs=2, snapshots=1)
        self.put("pool/other.tar")
        self.d.scan()
        self.assertEqual(set(self.reasons("pool/restic").values()), {REPOSITORY})
        self.assertEqual(self.reasons("pool")["other.tar"], NO_SERVER)

    def test_a_server_without_a_backup_is_unknown_while_a_repository_is_nobodys(self):
        self.d.add_server("web01")
        self.put_restic("pool/restic")
        self.d.scan()
        server = self.d.servers()["web01"]
        self.assertEqual(server["backup_status"], "unknown")
        self.assertIn("restic", server["reason"])
        os.unlink(os.path.join(self.d.backups, "pool/restic/config"))
        self.d.scan()  # none any more: ordinary files that are nobody's
        self.assertEqual(self.d.servers()["web01"]["backup_status"], "red")


if __name__ == "__main__":
    unittest.main()
