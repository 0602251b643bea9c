"""proxies - nginx, Apache and Caddy with our example configurations, of which only addresses and paths are replaced, in front of webd."""
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess

from harness import BUILD, TOP, Answer, Deployment, Events, wait_for

NAME = "backup.example.org"
CLIENT = "127.0.0.9"  # so that it is not the proxy's address


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def find_program(name):
    """Installed, or where tests/unpack-packages has put it."""
    unpacked = os.path.join(BUILD, "unpacked", "usr")
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:{unpacked}/sbin:{unpacked}/bin")
    if not found:
        raise AssertionError(f"there is no {name}; make check-integration brings it")
    return found


def make_certificate(folder):
    """(certificate, key) of NAME by itself."""
    files = os.path.join(folder, "tls.pem"), os.path.join(folder, "tls.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
                    "-addext", f"subjectAltName=DNS:{NAME}", "-out", files[0], "-keyout", files[1]], check=True, stderr=subprocess.DEVNULL)
    return files


class Proxy:
    """A real proxy with one of our examples; a subclass knows how to start it."""
    file = sign_in_file = None
    unavailable = 502  # what it says while webd is away
    too_large = (413,)  # and to a body over the limit
    takes_chunks = True  # and hands bodies on with their length

    def __init__(self, base, webd, passwords=None):
        """webd: (address, port) or a socket's path; passwords: name -> password, for the example that signs people in."""
        self.base, self.webd, self.passwords = base, webd, passwords
        self.port, self.plain_port = free_port(), free_port()
        self.certificate, self.key = make_certificate(base)
        self.process = None

    def read_example(self):
        with open(os.path.join(TOP, "docs", "examples", self.sign_in_file if self.passwords else self.file), encoding="utf-8") as f:
            return f.read()

    def example(self):
        """The text of the example with our addresses and paths; each of those to be replaced must be in it."""
        text = self.read_example()
        upstream = ("127.0.0.1:8080", f"127.0.0.1:{self.webd[1]}") if isinstance(self.webd, tuple) else ("/run/backup-checker/web.sock", self.webd)
        for old, new in (upstream, *self.replacements()):
            if old not in text:
                raise AssertionError(f"{old!r} is not in {text}")
            text = text.replace(old, new)
        return text

    def options(self):
        """Of webd, as the example's first lines name them, with our addresses."""
        said = self.read_example().split("\n\n", 1)[0].split("is started with:", 1)[1]
        options = dict(re.findall(r"(--[a-z-]+) (\S+)", said))
        if options["--origin"] != f"https://{NAME}":
            raise AssertionError(said)
        options["--origin"] += f":{self.port}"
        return [word for option in options.items() for word in option]

    def replacements(self):
        raise NotImplementedError

    def command(self, path, check):
        """How to start it with that configuration, or, check, to have the configuration judged."""
        raise NotImplementedError

    def whole(self, example):
        """The whole configuration around the example, as the distribution has it."""
        raise NotImplementedError

    def write(self, name, text):
        path = os.path.join(self.base, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def start(self):
        path = self.write("proxy.conf", self.whole(self.example()))
        env = {**os.environ, "HOME": self.base, "XDG_DATA_HOME": self.base, "XDG_CONFIG_HOME": self.base}
        checked = subprocess.run(self.command(path, True), env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if checked.returncode != 0:
            raise AssertionError(checked.stdout.decode(errors="replace"))
        with open(os.path.join(self.base, "proxy.log"), "ab") as log:
            self.process = subprocess.Popen(self.command(path, False), env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for(self.accepts, what="the proxy")
        return self

    def accepts(self):
        if self.process.poll() is not None:
            with open(os.path.join(self.base, "proxy.log"), encoding="utf-8", errors="replace") as log:
                raise AssertionError(f"the proxy ended with {self.process.returncode}: {log.read()}")
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        Deployment.end(self.process)


class Nginx(Proxy):
    file, sign_in_file = "nginx.conf", "nginx-sign-in.conf"

    def replacements(self):
        passwords = [("/etc/nginx/backup-checker.htpasswd", password_file(self))] if self.passwords else []
        return [("listen 80;", f"listen 127.0.0.1:{self.plain_port};"), ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
                ("\tlisten [::]:80;\n", ""), ("\tlisten [::]:443 ssl http2;\n", ""),
                (f"/etc/ssl/certs/{NAME}.pem", self.certificate), (f"/etc/ssl/private/{NAME}.key", self.key), *passwords]

    def whole(self, example):
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"\t{kind}_temp_path {self.base}/nginx-{kind};\n" for kind in kinds)
        return (f"daemon off;\nuser root;\nworker_processes 2;\npid {self.base}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
                f"http {{\n\taccess_log off;\n\tgzip on;\n{folders}{example}}}\n")

    def command(self, path, check):
        return [find_program("nginx"), "-p", self.base, "-c", path, "-e", "stderr", *(["-t"] if check else [])]


class Apache(Proxy):
    file, sign_in_file = "apache.conf", "apache-sign-in.conf"
    unavailable = 503
    # what Debian has on, and what the example says to add
    modules = ("mpm_event", "alias", "auth_basic", "authn_core", "authn_file", "authz_core", "authz_user", "deflate", "env", "filter", "mime", "reqtimeout",
               "setenvif", "ssl", "http2", "headers", "proxy", "proxy_http")

    def replacements(self):
        passwords = [("/etc/apache2/backup-checker.htpasswd", password_file(self))] if self.passwords else []
        return [("*:80>", f"127.0.0.1:{self.plain_port}>"), ("*:443>", f"127.0.0.1:{self.port}>"),
                (f"/etc/ssl/certs/{NAME}.pem", self.certificate), (f"/etc/ssl/private/{NAME}.key", self.key), *passwords]

    def whole(self, example):
        load = "".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so\n" for m in self.modules)
        types = self.write("mime.types", "text/html html\n")
        return (f"ServerRoot {self.base}\nServerName {NAME}\nPidFile {self.base}/apache.pid\nDefaultRuntimeDir {self.base}\nErrorLog {self.base}/proxy.log\n{load}"
                f"TypesConfig {types}\nUser nobody\nGroup nogroup\nAddOutputFilterByType DEFLATE text/html application/json text/csv\n"
                f"Listen 127.0.0.1:{self.port}\nListen 127.0.0.1:{self.plain_port}\n{example}")

    def command(self, path, check):
        return [find_program("apache2"), "-f", path, *(["-t"] if check else ["-DFOREGROUND"])]


class Caddy(Proxy):
    file, sign_in_file = "Caddyfile", "Caddyfile-sign-in"
    too_large = (413, 502)  # whichever side notices first
    takes_chunks = False

    def hash_of(self, password):
        done = subprocess.run([find_program("caddy"), "hash-password", "--plaintext", password], check=True, stdout=subprocess.PIPE)
        return done.stdout.decode().strip()

    def replacements(self):
        lines = [f"\t\t{name} {self.hash_of(password)}\n" for name, password in (self.passwords or {}).items()]
        passwords = [("\t\tjo HASH\n\t\tmo HASH\n", "".join(lines))] if lines else []
        return [(f"\n{NAME} {{", f"\nhttps://{NAME}:{self.port} {{\n\tbind 127.0.0.1\n\ttls {self.certificate} {self.key}"), *passwords]

    def whole(self, example):
        return f"{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{example}"

    def command(self, path, check):
        return [find_program("caddy"), "validate" if check else "run", "--config", path, "--adapter", "caddyfile"]


def password_file(proxy):
    """As htpasswd makes it, with SHA-512 by crypt(3), which nginx and Apache both know."""
    lines = []
    for name, password in proxy.passwords.items():
        done = subprocess.run(["openssl", "passwd", "-6", password], check=True, stdout=subprocess.PIPE)
        lines.append(f"{name}:{done.stdout.decode()}")
    return proxy.write("people.htpasswd", "".join(lines))


class HttpsConnection(http.client.HTTPSConnection):
    """To a port of this machine, by the name that the certificate is for."""

    def connect(self):
        self.sock = self._context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), self.timeout, self.source_address), server_hostname=NAME)


class ProxiedEvents(Events):
    """A subscription to /api/events through a proxy."""

    def __init__(self, d, headers=None):  # pylint: disable=super-init-not-called
        self.connection = d.connection(30)
        self.connection.request("GET", "/api/events", headers=headers or {})
        self.response = self.connection.getresponse()


class ProxiedDeployment(Deployment):
    """Both daemons behind a proxy: request() goes through it, direct() to webd itself."""

    def __init__(self, kind, passwords=None):
        super().__init__()
        self.config["limits"] = {"sign_in": "webd" if passwords else "password"}
        self.path = os.path.join(self.base, "web.sock") if passwords else None
        self.port = free_port()
        self.proxy = kind(self.base, self.path or ("127.0.0.1", self.port), passwords)
        self.origin = f"https://{NAME}:{self.proxy.port}"

    def start_webd(self, *args):
        """With the options that the example names."""
        listen = "unix:" + self.path if self.path else f"127.0.0.1:{self.port}"
        self.webd = self._start("webd", ["--database", self.database, "--socket", self.socket, "--state", self.state, "--listen", listen,
                                         *self.proxy.options(), *args], stdout=subprocess.PIPE)
        line = self.webd.stdout.readline().decode()
        if not line.startswith("webd: listening on "):
            raise AssertionError(f"webd said {line!r}: {self.log('webd')}")
        if self.path:
            os.chmod(self.path, 0o666)  # the proxies of this test have various users
        return self

    def start(self, **more):
        super().start(**more)
        self.proxy.start()
        return self

    def stop(self):
        try:
            super().stop()  # before the proxy, which may wait for answers
        finally:
            self.proxy.stop()

    def connection(self, timeout=60, source=CLIENT):
        return HttpsConnection(NAME, self.proxy.port, timeout=timeout, source_address=(source, 0), context=ssl.create_default_context(cafile=self.proxy.certificate))

    def request(self, method, path, body=None, headers=None, timeout=60, source=CLIENT):
        return self.exchange(self.connection(timeout, source), method, path, body, headers)

    def direct(self, method, path, body=None, headers=None, source="127.0.0.1"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(source, 0))
        return self.exchange(connection, method, path, body, headers)

    @staticmethod
    def exchange(connection, method, path, body, headers):
        headers = {"X-Requested-With": "backup-checker", **(headers or {})}
        if isinstance(body, dict):
            body, headers = json.dumps(body), {"Content-Type": "application/json", **headers}
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
