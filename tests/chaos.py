"""What tests/chaos.sh runs, with PostgreSQL and a store in its environment. Needs nothing but Python.

The named moments need no switch in the program: PostgreSQL and the store are reached through proxies here, which see a
commit and a package go by and can end the process that sent it, before or after it has arrived.
"""

import http.client
import http.server
import io
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
import zipfile

PROGRAM, LOOPS = sys.argv[1], int(sys.argv[2])
SEED = int(os.environ.get("SKILLZDRIVE_TEST_SEED") or time.time())
REPLICAS, WRITERS = 3, 6
# The longest that a replica may take to be ready again, and an answer to come.
SURELY = 60
random_ = random.Random(SEED)
POSTGRES = urllib.parse.urlsplit(os.environ["SKILLZDRIVE_TEST_POSTGRES"])
STORE = urllib.parse.urlsplit(os.environ["SKILLZDRIVE_TEST_S3"])
WORK = pathlib.Path(tempfile.mkdtemp(prefix="chaos-"))
NAME = f"chaos_{uuid.uuid4().hex[:8]}"
failures = []


def fail(text):
    failures.append(text)
    print(f"FAILED: {text}", flush=True)


def sql(text, database=NAME):
    host, port = POSTGRES.hostname, str(POSTGRES.port)
    psql = ["psql", "-h", host, "-p", port, "-U", "drive", "-d", database, "-AtqX", "-v", "ON_ERROR_STOP=1", "-c", text]
    for _ in range(60):
        done = subprocess.run(psql, capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.strip()
        time.sleep(0.5)
    raise SystemExit(f"{text}: {done.stderr}")


# ------------------------------------------------------------------ what breaks


class Armed:
    """The moment at which a replica will be killed, once."""

    def __init__(self):
        self.lock, self.moment, self.about, self.fired = threading.Lock(), None, None, threading.Event()

    def set(self, moment, about=None):
        """`about`: what a connection must have carried since its last commit, so that it is this transaction."""
        with self.lock:
            self.moment, self.about = moment, about
            self.fired.clear()

    def kill(self, moment, port, carried=b""):
        """Kills the replica that has this port, where that is what was asked for; whether it did."""
        with self.lock:
            if self.moment != moment or self.about and self.about not in carried:
                return False
            replica = next((one for one in replicas if one.owns(port)), None)
            if replica is None:
                return False
            self.moment = None
            replica.kill()
            self.fired.set()
            return True


armed = Armed()


class Proxy:
    """A proxy on the loopback that looks at what a client sends, and can be slow, hang up or answer by itself."""

    def __init__(self, target, look, address=("127.0.0.1", 0)):
        self.target, self.look, self.how = target, look, "well"
        self.listener = socket.create_server(address)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, peer = self.listener.accept()
            threading.Thread(target=self.serve, args=(client, peer[1]), daemon=True).start()

    def serve(self, client, port):
        try:
            if self.how == "hangs up":
                # Without a word, as a machine does that is switched off.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                return client.close()
            server = socket.create_connection(self.target, timeout=SURELY)
        except OSError:
            return client.close()
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        shared = {"moment": None, "carried": b""}
        for args in ((client, server, port, True, shared), (server, client, port, False, shared)):
            threading.Thread(target=self.pump, args=args, daemon=True).start()

    def pump(self, source, sink, port, from_client, shared):
        try:
            while data := source.recv(1 << 16):
                if self.how == "slow":
                    time.sleep(0.3)
                if self.how == "hangs up":
                    break
                if from_client:
                    if self.how == "answers 503" and re.match(rb"(GET|PUT|HEAD|POST|DELETE) ", data):
                        source.sendall(b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                        break
                    shared["moment"] = self.look(data)
                    shared["carried"] = (shared["carried"] + data)[-(1 << 16) :]
                    if shared["moment"] and armed.kill(f"before {shared['moment']}", port, shared["carried"]):
                        break
                elif shared["moment"]:
                    # It has arrived, and its sender does not know it yet.
                    moment, shared["moment"], carried = shared["moment"], None, shared["carried"]
                    shared["carried"] = b""
                    if armed.kill(f"after {moment}", port, carried):
                        break
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


rows = Proxy((POSTGRES.hostname, POSTGRES.port), lambda data: "commit" if b"COMMIT\0" in data else None)
packages = Proxy((STORE.hostname, STORE.port), lambda data: "package" if data.startswith(b"PUT ") else None)


class Receiver(http.server.BaseHTTPRequestHandler):
    """Who is told when credits run low."""

    heard = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        armed.kill("while a webhook is told", self.client_address[1])
        Receiver.heard.append(body["owner_user_id"])
        try:
            self.send_response(200)
            self.end_headers()
        except OSError:
            pass

    def log_message(self, *_):
        pass


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()

# ---------------------------------------------------------------- the replicas

SETTINGS = {
    "PATH": os.environ["PATH"],
    "HOME": str(WORK),
    "SKILLZDRIVE_CREDENTIAL_STORE": "file",
    "SKILLZDRIVE_DATABASE": f"postgres://drive@127.0.0.1:{rows.port}/{NAME}",
    "SKILLZDRIVE_ARTIFACTS": f"s3://drive/{NAME}",
    "SKILLZDRIVE_SIGNING_KEY": "7" * 64,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{packages.port}",
    "RUST_BACKTRACE": "1",
}


def operator(*words):
    return subprocess.run([PROGRAM, "serve", *words], env=SETTINGS, capture_output=True, text=True, timeout=120)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


class Replica:
    """A process that is started again when it ends, as a supervisor does."""

    def __init__(self, number, prefix=(), settings=None, connect=None):
        self.number, self.port, self.stopped = number, free_port(), False
        self.prefix, self.settings = list(prefix), {**SETTINGS, **(settings or {})}
        self.connect = connect or (lambda: ("127.0.0.1", self.port))
        self.process = None
        self.start()
        threading.Thread(target=self.watch, daemon=True).start()

    def start(self):
        log = open(WORK / f"replica-{self.number}.log", "a")
        command = [PROGRAM, "serve", "--listen", f"127.0.0.1:{self.port}", "--allow-private-webhooks", "-v"]
        data = ["--data", str(WORK / f"data-{self.number}")]
        self.process = subprocess.Popen([*self.prefix, *command, *data], env=self.settings, stdout=log, stderr=log)

    def watch(self):
        while not self.stopped:
            self.process.wait()
            if not self.stopped:
                time.sleep(0.2)
                self.start()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)

    def end(self):
        self.stopped = True
        self.process.kill()
        self.process.wait()

    def owns(self, port):
        """Whether a connection from this port of the loopback is this process's."""
        wanted = f"0100007F:{port:04X}"
        try:
            table = pathlib.Path("/proc/net/tcp").read_text().split("\n")[1:]
            inodes = {row.split()[9] for row in table if row and row.split()[1] == wanted}
            for fd in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
                found = re.match(r"socket:\[(\d+)\]", os.readlink(fd))
                if found and found[1] in inodes:
                    return True
        except OSError:
            pass
        return False

    def ready(self):
        try:
            return call(self, "GET", "/readyz", timeout=5)[0] == 200
        except OSError:
            return False


def call(replica, method, path, key=None, body=None, kind="application/json", timeout=SURELY):
    """One request: status, `Retry-After` and what came. No answer is an OSError."""
    where = replica.connect()
    connection = http.client.HTTPConnection("127.0.0.1", replica.port, timeout=timeout)
    if isinstance(where, str):
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(timeout)
        connection.sock.connect(where)
    headers = {"content-type": kind} if body is not None else {}
    if key:
        headers["authorization"] = f"Bearer {key}"
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()
    try:
        document = json.loads(text)
    except ValueError:
        document = text.decode(errors="replace")
    return answer.status, answer.getheader("retry-after"), document


# ------------------------------------------------------------------- the load


class Gate:
    """Writers work while it is open; whoever closes it waits until all stand still."""

    def __init__(self):
        self.condition, self.open, self.working = threading.Condition(), False, 0

    def __enter__(self):
        with self.condition:
            self.condition.wait_for(lambda: self.open)
            self.working += 1

    def __exit__(self, *_):
        with self.condition:
            self.working -= 1
            self.condition.notify_all()

    def let(self):
        with self.condition:
            self.open = True
            self.condition.notify_all()

    def close(self):
        with self.condition:
            self.open = False
            self.condition.wait_for(lambda: self.working == 0)


gate = Gate()
counts = {}


class Writer:
    """Somebody with an account of their own, who notes what was acknowledged and what was not answered."""

    def __init__(self, number):
        self.name, self.install = f"writer-{number}", str(uuid.uuid4())
        self.random = random.Random(SEED * 1000 + number)
        made = operator("user", "add", self.name, "--json")
        self.key = json.loads(made.stdout)["data"]["api_key"]
        # slug: the digest that is there, or None where it is not; a set where nobody said which.
        self.held, self.spent, self.made = {}, 0, 0
        self.unsure = set()
        self.paid_unsure = 0
        self.balance = 1000
        hook = {"event_type": "credits.threshold_hit", "threshold_value": 998, "target_url": f"http://127.0.0.1:{receiver.server_port}/"}
        status, _, text = call(replicas[0], "POST", "/api/v1/account/webhooks", self.key, json.dumps(hook))
        assert status == 201, text
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            with gate:
                try:
                    step = self.random.choice([self.upload, self.upload, self.run, self.bring, self.remove])
                    step(self.random.choice(replicas))
                except Refused:
                    pass
                except Exception as error:
                    fail(f"{self.name}: {error!r}")
                    time.sleep(1)
            time.sleep(0.01)

    def ask(self, replica, method, path, body=None, kind="application/json", key=None):
        """The answer's data; `Refused` where it was refused or not answered. The latter may have been done."""
        if isinstance(body, dict):
            body = json.dumps(body)
        try:
            status, after, document = call(replica, method, path, key or self.key, body, kind)
        except OSError:
            counts["no answer"] = counts.get("no answer", 0) + 1
            raise Refused(None)
        counts[status] = counts.get(status, 0) + 1
        if status in (200, 201):
            return document.get("data", document)
        if status == 503 and after is None:
            fail(f"{method} {path}: a 503 without Retry-After: {document}")
        if status >= 500 and status != 503:
            fail(f"{method} {path}: {status} {document}")
        raise Refused(status)

    def changes(self, slug, cost, ask):
        """Asks for a change of a slug; what is not answered, or with 503, may have been made."""
        try:
            return ask()
        except Refused as refused:
            if refused.status in (None, 503):
                self.unsure.add(slug)
                self.paid_unsure += cost
            raise

    def send(self, replica, slug, ticket):
        token = self.ask(replica, "POST", "/api/v1/uploads/ticket", ticket)["uploadToken"]
        body, kind = multipart(slug, f"{self.name} {self.made} {self.random.random()}")

        def post():
            return self.ask(replica, "POST", "/api/uploads/process-skill", body, kind, token)

        done = self.changes(slug, 1, post)
        self.held[slug] = done["content_sha"]
        self.unsure.discard(slug)
        self.spent += done["creditCost"]

    def upload(self, replica):
        if self.held and self.random.random() < 0.4:
            slug = self.random.choice(list(self.held))
            if slug.startswith("public-"):
                return
        else:
            self.made += 1
            slug = f"{self.name}-{self.made}"
        self.send(replica, slug, {"slug": slug})

    def run(self, replica):
        """A sync run that sends one skill, to its end."""
        self.made += 1
        slug = f"{self.name}-{self.made}"
        local = [{"slug": slug, "content_sha": "%064x" % self.random.getrandbits(255), "base_sha": None, "content_size": 200, "name": slug, "description": "a skill"}]
        about = {"install_id": self.install, "kind": "manual", "mode": "all"}
        plan = self.ask(replica, "POST", "/api/v1/drive/sync/preview", {**about, "local": local})
        run = self.ask(replica, "POST", "/api/v1/drive/sync/execute", {**about, "classifications": plan["classifications"]})
        self.send(replica, slug, {"slug": slug, "runId": run["run_id"]})
        # Who is on an island is not known by its port, and cannot be killed at a moment.
        ends = replicas
        if armed.moment == "finalize":
            ends = replicas[:REPLICAS]
            armed.set(self.random.choice(["before commit", "after commit"]), run["run_id"].encode())
        result = [{"slug": slug, "action": "upload_private", "status": "done", "content_sha": None, "error": None}]
        body = {"run_id": run["run_id"], "install_id": self.install, "results": result}
        for _ in range(20):
            try:
                # Whoever gets no answer asks again, whichever replica is there, and gets the same one.
                end = self.ask(self.random.choice(ends), "POST", "/api/v1/drive/sync/finalize", body)
                break
            except Refused:
                time.sleep(0.5)
        else:
            return
        if not self.unsure and end["drive_count"] != len(self.held):
            fail(f"{self.name}: a run counted {end['drive_count']} of {len(self.held)}")

    def bring(self, replica):
        slug = self.random.choice([f"public-{number}" for number in range(5)])
        if slug in self.held:
            return
        cost = self.changes(slug, 1, lambda: self.ask(replica, "POST", "/api/v1/drive/import", {"skillSlug": slug}))
        self.held[slug] = cost["skill"].get("content_sha")
        self.unsure.discard(slug)
        self.spent += cost["credit_cost"]

    def remove(self, replica):
        if not self.held:
            return
        slug = self.random.choice(list(self.held))
        self.changes(slug, 0, lambda: self.ask(replica, "DELETE", f"/api/v1/drive/{slug}"))
        del self.held[slug]
        self.unsure.discard(slug)

    def check(self):
        """While nobody writes: what was acknowledged is there, and paid once."""
        status, _, document = call(self.random.choice(replicas), "GET", "/api/v1/drive", self.key)
        assert status == 200, document
        there = {one["slug"]: one.get("content_sha") for one in document["data"]["skills"]}
        for slug in set(there) | set(self.held):
            if slug not in self.unsure and there.get(slug) != self.held.get(slug):
                fail(f"{self.name}: {slug} is {there.get(slug)}, and {self.held.get(slug)} was acknowledged")
        balance = int(sql(f"select balance from users where name = '{self.name}'"))
        paid = self.balance - balance
        if not self.spent <= paid <= self.spent + self.paid_unsure:
            fail(f"{self.name}: {paid} credits were taken, {self.spent} acknowledged and {self.paid_unsure} not answered")
        self.held, self.unsure, self.balance, self.spent, self.paid_unsure = there, set(), balance, 0, 0


class Refused(Exception):
    def __init__(self, status):
        self.status = status


def multipart(slug, text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SKILL.md", f"---\nname: {slug}\ndescription: A skill of the chaos.\n---\n{text}\n")
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\ncontent-disposition: form-data; name="file"; filename="skill.zip"\r\n\r\n'
    return head.encode() + packed.getvalue() + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


# ------------------------------------------------------------- the breakages


def at(moment, patience=15):
    def breakage():
        armed.set(moment)
        fired = armed.fired.wait(patience)
        armed.set(None)
        return None if fired else "it did not come to it"

    return breakage


def kill():
    time.sleep(random_.random())
    random_.choice(replicas).kill()


def kill_all():
    for replica in replicas:
        replica.kill()


def crash():
    subprocess.run(["bash", "-c", os.environ["SKILLZDRIVE_TEST_RESTART"]], check=True, stdout=subprocess.DEVNULL)


def store(how, seconds=3):
    def breakage():
        packages.how = how
        time.sleep(seconds)
        packages.how = "well"

    return breakage


def cut_rows():
    rows.how = "hangs up"
    time.sleep(1.5)
    rows.how = "well"


class Island:
    """A replica in a network namespace of its own, which reaches PostgreSQL and the store by one cable."""

    NAME = f"chaos{os.getpid() % 10000}"

    def __init__(self):
        self.cable, here, there = f"c{os.getpid() % 100000}", "10.213.77.1", "10.213.77.2"
        for command in (
            f"ip netns add {self.NAME}",
            f"ip link add {self.cable} type veth peer name {self.cable}x",
            f"ip link set {self.cable}x netns {self.NAME}",
            f"ip addr add {here}/30 dev {self.cable}",
            f"ip link set {self.cable} up",
            f"ip netns exec {self.NAME} ip addr add {there}/30 dev {self.cable}x",
            f"ip netns exec {self.NAME} ip link set {self.cable}x up",
            f"ip netns exec {self.NAME} ip link set lo up",
        ):
            subprocess.run(command.split(), check=True, capture_output=True)
        # Addresses that are not of the machine itself would need certificates, so each end has a proxy on its loopback.
        outer = [Proxy(("127.0.0.1", one.port), lambda _: None, (here, 0)).port for one in (rows, packages)]
        self.door = str(WORK / "island.sock")
        inner = [free_port(), free_port()]
        settings = {
            "SKILLZDRIVE_DATABASE": f"postgres://drive@127.0.0.1:{inner[0]}/{NAME}",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{inner[1]}",
        }
        enter = ["ip", "netns", "exec", self.NAME]
        self.replica = Replica("island", enter, settings, lambda: self.door)
        ways = [f"tcp:{inner[0]}:{here}:{outer[0]}", f"tcp:{inner[1]}:{here}:{outer[1]}", f"unix:{self.door}:127.0.0.1:{self.replica.port}"]
        self.inside = subprocess.Popen([*enter, sys.executable, "-c", FORWARD, *ways])

    def cut(self):
        subprocess.run(["ip", "link", "set", self.cable, "down"], check=True)
        time.sleep(3)
        if self.replica.ready():
            fail("a replica that reaches nothing says that it is ready")
        time.sleep(4)
        subprocess.run(["ip", "link", "set", self.cable, "up"], check=True)

    def end(self):
        self.replica.end()
        self.inside.kill()
        subprocess.run(["ip", "netns", "del", self.NAME], capture_output=True)
        subprocess.run(["ip", "link", "del", self.cable], capture_output=True)


# Runs inside the namespace: each argument is where to listen and where to go.
FORWARD = """
import socket, sys, threading
def pump(a, b):
    try:
        while data := a.recv(65536): b.sendall(data)
    except OSError: pass
    for one in (a, b):
        try: one.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def serve(listener, target):
    while True:
        client, _ = listener.accept()
        def go(client=client):
            try: server = socket.create_connection(target, timeout=10)
            except OSError: return client.close()
            server.settimeout(None)
            threading.Thread(target=pump, args=(client, server), daemon=True).start()
            pump(server, client)
        threading.Thread(target=go, daemon=True).start()
for way in sys.argv[1:]:
    kind, at, host, port = way.split(":")
    if kind == "unix":
        listener = socket.socket(socket.AF_UNIX); listener.bind(at); listener.listen(64)
    else:
        listener = socket.create_server(("127.0.0.1", int(at)))
    threading.Thread(target=serve, args=(listener, (host, int(port)))).start()
"""


def wait_until_ready():
    end = time.monotonic() + SURELY
    for replica in replicas:
        while not replica.ready():
            if time.monotonic() > end:
                return fail(f"replica {replica.number} is not ready after {SURELY} s")
            time.sleep(0.1)


def checked():
    wait_until_ready()
    # Tickets that were given out and whose upload was broken off count for ten minutes: those are over now.
    sql("update upload_tickets set expires_at = 0 where used_at is null")
    for writer in writers:
        writer.check()
    done = operator("check", "--json")
    report = json.loads(done.stdout)["data"] if done.stdout else {"problems": [done.stderr]}
    if done.returncode != 0 or report["problems"]:
        fail(f"serve check: {report['problems']}")
    # What lies in the store and nobody names is from uploads that nobody acknowledged.
    return f"{report.get('packages')} packages, {len(report.get('orphans', []))} orphans"


def main():
    global replicas, writers
    started = time.monotonic()
    print(f"SKILLZDRIVE_TEST_SEED={SEED}; logs in {WORK}", flush=True)
    sql(f"create database {NAME}", "postgres")
    # They start together, on a database without tables.
    replicas = [Replica(number) for number in range(REPLICAS)]
    wait_until_ready()
    for number in range(5):
        folder = WORK / f"public-{number}"
        folder.mkdir()
        (folder / "SKILL.md").write_text(f"---\nname: public-{number}\ndescription: A public skill.\n---\nDo it.\n")
        done = operator("publish", str(folder))
        assert done.returncode == 0, done.stderr
    writers = [Writer(number) for number in range(WRITERS)]
    island = None
    try:
        island = Island()
        replicas.append(island.replica)
        wait_until_ready()
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        why = (getattr(error, "stderr", b"") or b"").decode().strip() or str(error)
        print(f"skipped: a replica that is cut off, for there can be no network namespace here ({why})", flush=True)
    breakages = {
        "killed while a webhook is told": at("while a webhook is told"),
        "killed at any moment": kill,
        "killed before a package is in the store": at("before package"),
        "killed when a package is in the store and no row names it": at("after package"),
        "killed before a commit": at("before commit"),
        "killed after a commit that nobody was told of": at("after commit"),
        "killed at the end of a run": at("finalize"),
        "all killed": kill_all,
        "PostgreSQL crashes": crash,
        "connections to PostgreSQL break": cut_rows,
        "the store answers 503": store("answers 503"),
        "the store is slow": store("slow"),
        "the store hangs up": store("hangs up"),
    }
    if island:
        breakages["a replica is cut off"] = island.cut
    only = os.environ.get("SKILLZDRIVE_TEST_BREAKAGE", "")
    breakages = {name: breakage for name, breakage in breakages.items() if only in name}
    plan = list(breakages)
    if LOOPS:
        # A first notice comes once for each writer, so that breakage is had at the beginning.
        later = [name for name in breakages if only or "webhook" not in name]
        plan = plan[:1] + [random_.choice(later) for _ in range(LOOPS - 1)]
    for number, name in enumerate(plan):
        begun = time.monotonic()
        gate.let()
        time.sleep(0.2 + random_.random() * 0.5)
        note = breakages[name]()
        time.sleep(0.3)
        gate.close()
        state = checked()
        note = f" ({note})" if note else ""
        print(f"{number + 1:3} {name}{note}: {state}, {time.monotonic() - begun:.1f} s", flush=True)
        if failures:
            break
    if LOOPS and not failures:
        # Who was to be told by a process that was killed is told when its claim is over. What was sent and not taken is
        # not sent again, and its status says so: lost is what has no status, or says that it arrived where it did not.
        crossed = "from users u join webhooks w on w.user_id = u.id where u.balance < 998"
        end = time.monotonic() + 120
        while int(sql(f"select count(*) {crossed} and w.last_delivery_status is null")) and time.monotonic() < end:
            time.sleep(1)
        told = [row.split("|") for row in sql(f"select u.id, w.last_delivery_status {crossed}").split("\n") if row]
        lost = [(user, status) for user, status in told if not status or status == "2xx" and user not in Receiver.heard]
        if lost:
            fail(f"who should have been told that credits run low: {lost}")
        print(f"told that credits run low: {sorted(status for _, status in told)}, {len(Receiver.heard)} deliveries", flush=True)
    print(f"answers: {counts}; {time.monotonic() - started:.0f} s", flush=True)
    for replica in replicas:
        replica.end()
    if island:
        island.end()
    if failures:
        raise SystemExit(f"failed, SKILLZDRIVE_TEST_SEED={SEED}; logs in {WORK}")
    shutil.rmtree(WORK)


main()
