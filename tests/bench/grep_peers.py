"""grep_peers.py TREE HOSTS - grep -F -f and rg -F -f over the same names and hosts as bench_match (substrings, so they answer another question)."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

tree, hosts = sys.argv[1], int(sys.argv[2])
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from names import host_name  # noqa: E402

with tempfile.TemporaryDirectory() as work:
    names, patterns = os.path.join(work, "names"), os.path.join(work, "patterns")
    with open(names, "wb") as out:
        subprocess.run(["find", tree, "-type", "f", "-printf", "%f\n"], stdout=out, check=True)
    with open(patterns, "w", encoding="ascii") as out:
        for i in range(hosts):
            out.write(f"{host_name(i)}\n10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n")
    for tool in ("grep", "rg"):
        if shutil.which(tool) is None:
            print(f"{tool} is not installed")
            continue
        started = time.perf_counter()
        subprocess.run([tool, "-F", "-c", "-f", patterns, names], stdout=subprocess.PIPE, check=True, env={**os.environ, "LC_ALL": "C"})
        print(f"{tool} -F -f: {time.perf_counter() - started:.2f} s")
