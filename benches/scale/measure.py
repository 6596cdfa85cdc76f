#!/usr/bin/env python3
"""A drive of many under the mix of an hour. Started by benches/scale.sh, which says what this measures.

PostgreSQL is Debian's, with fsync on; the replicas are the program itself, behind nginx, which sends each request to the
next. The artifacts' store is nginx too, taking what is put into it without looking at signatures: what is measured is
the replicas, and the store's time is told apart. All of it runs on this machine, so the clients take their share of the
same processors; whose time was used is read from the kernel.
"""

import argparse
import concurrent.futures
import hashlib
import io
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from load import TICK, Server, amount, ask, free_port, heading, instant  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
MEASURED = HERE / "measured.json"
SEED = 20_261_124
REPLICAS = [1, 2, 4]
# How much of a processor a small replica gets. Four of them, and what they make the database do, fit into two.
SMALL = 0.15
# Of so many people, one in SAMPLED is a client.
SAMPLED = 5

# What a thousand actions are. Someone who uses the program on a day does some eleven things: one sync that finds nothing,
# or half a look whether there is something; two searches, two looks at a skill, two installs or updates (the manifest
# asked for by its tag, a redirect to the store, a line of telemetry each); now and then the account, the drive, what is
# outdated. One day in eleven a sync brings something, one in thirty something is uploaded, one in twenty imported.
MIX = {
    "search": 170, "show": 150, "discover": 5, "leaderboard": 2,
    "manifest-unchanged": 150, "manifest": 2, "download": 180,
    "preview": 90, "diff": 40, "sync": 8, "upload": 3, "import": 4,
    "telemetry": 150, "account": 46,
}
# Actions of a person on a day, from the mix: whoever is there does one preview.
A_DAY = sum(MIX.values()) / MIX["preview"]
# Of all accounts so many are there on a day, and so much of a day is in its busiest hour.
ACTIVE, BUSIEST = 0.2, 0.15

POSTGRES = {
    "listen_addresses": "127.0.0.1", "max_connections": "120", "shared_buffers": "1536MB", "effective_cache_size": "6GB",
    "work_mem": "16MB", "random_page_cost": "1.1", "max_wal_size": "2GB", "min_wal_size": "256MB",
    "checkpoint_timeout": "15min", "wal_compression": "lz4", "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top", "jit": "off", "fsync": "on", "synchronous_commit": "on",
}
FILLING = {
    "fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off",
    "synchronous_commit": "off",
}


def arguments():
    parser = argparse.ArgumentParser(description="a drive of many under the mix of an hour")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--clients-program", type=pathlib.Path, required=True)
    parser.add_argument("--quick", action="store_true", help="10,000 people and 100,000 skills, a third of the time")
    parser.add_argument("--people", type=int)
    parser.add_argument("--skills", type=int)
    parser.add_argument("--kept", type=pathlib.Path, help="a folder where the filled database is kept from run to run")
    parser.add_argument("--fill-only", action="store_true", help="fill the database that is kept, and measure nothing")
    parser.add_argument("--shell", metavar="COMMAND", help="run this with the filled database in SCALE_DATABASE, and end")
    parser.add_argument("--serve", default=os.environ.get("SCALE_SERVE", ""), help="more arguments for `serve`")
    parser.add_argument("--json", type=pathlib.Path, default=None, help="where the numbers go")
    args = parser.parse_args()
    args.people = args.people or (10_000 if args.quick else 100_000)
    args.skills = args.skills or args.people * 10
    args.pace = 1 / 3 if args.quick else 1.0
    return args


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def ticks(pid):
    """Processor time of a process and of its children, those that it has waited for included, in seconds."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        # It has just ended, and is counted with its parent.
        return 0.0
    own = sum(int(fields[at]) for at in (11, 12, 13, 14)) / TICK
    return own + sum(ticks(int(child)) for child in children)


def machine():
    """Processor seconds that were used, and that were waited for a disk, by everything."""
    fields = [int(text) / TICK for text in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    user, nice, system, _, waited, irq, soft = fields[:7]
    return user + nice + system + irq + soft, waited


class Postgres:
    """A database server of our own. It refuses to be root, so then it is nobody."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
        self.home = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: int(bin.parent.name))[-1]

    def program(self, name, *args, **more):
        return subprocess.run([str(self.home / name), *args], check=True, cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=more.pop("stdout", subprocess.DEVNULL), **more, **self.as_nobody)

    def make(self):
        self.folder.mkdir(parents=True)
        if self.as_nobody:
            shutil.chown(self.folder, "nobody", "nogroup")
        self.program("initdb", "-D", str(self.folder / "data"), "-U", "drive", "-A", "trust", "--encoding=UTF8",
                     "--locale=C.UTF-8", "--no-sync")

    def start(self, **more):
        settings = {**POSTGRES, "port": str(self.port), "unix_socket_directories": str(self.folder), **more}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self.program("pg_ctl", "-D", str(self.folder / "data"), "-w", "-t", "120", "-l", str(self.folder / "log"),
                     "start", "-o", options)
        self.pid = int((self.folder / "data" / "postmaster.pid").read_text().split("\n")[0])

    def stop(self, how="fast"):
        if getattr(self, "pid", None):
            self.program("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "-t", "120", "stop")
            self.pid = None

    def address(self, database):
        return f"postgres://drive@127.0.0.1:{self.port}/{database}"

    def psql(self, text, database="drive", options="", **variables):
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.address(database)]
        for name, value in variables.items():
            command += ["-v", f"{name}={value}"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, env={**os.environ, "PGOPTIONS": options})
        if done.returncode:
            sys.exit(f"psql: {done.stderr}\n{text[:400]}")
        return done.stdout.rstrip("\n")

    def state(self):
        """What the server counts."""
        row = self.psql("""
            select json_build_object('wal', (select wal_bytes from pg_stat_wal), 'syncs', (select wal_sync from pg_stat_wal),
                'commits', xact_commit + xact_rollback, 'hits', blks_hit, 'reads', blks_read,
                'returned', tup_returned, 'changed', tup_inserted + tup_updated + tup_deleted)
            from pg_stat_database where datname = 'drive'""")
        return json.loads(row)


def store(folder):
    """Where artifacts are put. The signatures of what comes are not looked at."""
    port = free_port()
    (folder / "objects").mkdir(parents=True)
    (folder / "objects").chmod(0o777)
    conf = folder / "nginx.conf"
    conf.write_text(f"""
        user root; daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; client_max_body_size 64m; keepalive_requests 1000000000;
            client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
            uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            server {{
                listen 127.0.0.1:{port}; root {folder}/objects; dav_methods PUT; create_full_put_path on;
                dav_access user:rw group:r all:r; add_header ETag '"put"' always;
            }}
        }}""")
    return Server("store", [nginx(), "-c", str(conf), "-p", str(folder)], port)


def nginx():
    return shutil.which("nginx") or "/usr/sbin/nginx"


class Balancer:
    """nginx in front of the replicas, in turn. The client's address is the one that a client says here: one machine stands
    for many."""

    def __init__(self, folder, port):
        self.folder, self.port, self.server = folder, port, None
        folder.mkdir(parents=True)

    def to(self, replicas):
        self.stop()
        servers = " ".join(f"server 127.0.0.1:{replica.port};" for replica in replicas)
        conf = self.folder / "nginx.conf"
        conf.write_text(f"""
            user root; daemon off; worker_processes {os.cpu_count()}; pid {self.folder}/pid; error_log {self.folder}/error.log;
            events {{ worker_connections 2048; }}
            http {{
                access_log off; keepalive_requests 1000000000; keepalive_timeout 600; client_max_body_size 70m;
                client_body_buffer_size 1m; proxy_max_temp_file_size 0; proxy_buffers 16 16k; proxy_read_timeout 60s;
                client_body_temp_path {self.folder}/b; proxy_temp_path {self.folder}/p; fastcgi_temp_path {self.folder}/f;
                uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;
                upstream replicas {{ {servers} keepalive 128; keepalive_requests 1000000000; }}
                server {{
                    listen 127.0.0.1:{self.port};
                    location / {{
                        proxy_pass http://replicas; proxy_http_version 1.1; proxy_set_header Connection "";
                        proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $http_x_client;
                        proxy_next_upstream off;
                    }}
                }}
            }}""")
        self.server = Server("balancer", [nginx(), "-c", str(conf), "-p", str(self.folder)], self.port)

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None


class Quota:
    """A share of a processor for each replica, by the kernel's own means, where this process may use them."""

    ROOT = pathlib.Path("/sys/fs/cgroup")

    def __init__(self):
        self.groups = []
        old = self.ROOT / "cpu"
        self.root = old if (old / "cpu.cfs_quota_us").exists() or (old / "cgroup.procs").exists() else self.ROOT
        self.old = self.root == old

    def give(self, replicas, share):
        """True when each has its share now."""
        try:
            for number, replica in enumerate(replicas):
                group = self.root / f"scale-{os.getpid()}-{number}"
                group.mkdir(exist_ok=True)
                self.groups.append(group)
                # Short periods: a replica that has used its share waits for milliseconds, not for a tenth of a second.
                period = 20_000
                if self.old:
                    (group / "cpu.cfs_period_us").write_text(str(period))
                    (group / "cpu.cfs_quota_us").write_text(str(int(period * share)))
                else:
                    (group / "cpu.max").write_text(f"{int(period * share)} {period}")
                (group / "cgroup.procs").write_text(str(replica.process.pid))
            return True
        except OSError as error:
            say(f"no shares of processors here: {error}")
            return False

    def take_back(self, replicas):
        for replica in replicas:
            try:
                (self.root / "cgroup.procs").write_text(str(replica.process.pid))
            except OSError:
                pass
        for group in self.groups:
            try:
                group.rmdir()
            except OSError:
                pass
        self.groups = []


class Site:
    """All of it."""

    def __init__(self, args, scratch):
        self.args, self.scratch = args, scratch
        self.key_file = scratch / "signing.key"
        self.key_file.write_bytes(hashlib.sha256(b"load").digest())
        self.postgres = Postgres((args.kept or scratch) / "postgres")
        self.public = free_port()
        self.store, self.balancer, self.replicas, self.quota = None, None, [], Quota()
        self.started = []
        self.packages = 0
        self.world = scratch / "world"

    def close(self):
        self.quota.take_back(self.replicas)
        for part in [self.balancer, *self.started, self.store]:
            if part:
                part.stop()
        self.postgres.stop()

    # ---------------------------------------------------------------- program

    def command(self, number, database, port):
        command = [str(self.args.program), "serve", "--json", "--listen", f"127.0.0.1:{port}",
                   "--data", str(self.scratch / f"replica-{number}"), "--database", self.postgres.address(database),
                   "--artifacts", "s3://drive/load", "--signing-key", str(self.key_file),
                   "--public-url", f"http://127.0.0.1:{self.public}", "--behind-proxy", *self.args.serve.split()]
        return command

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.scratch), "SKILLZDRIVE_CREDENTIAL_STORE": "file",
                "AWS_ACCESS_KEY_ID": "load", "AWS_SECRET_ACCESS_KEY": "load", "AWS_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.store.port}"}

    def replica(self, number, database="drive"):
        port = free_port()
        log = (self.scratch / f"replica-{number}.log").open("wb")
        self.started.append(Server(f"replica {number}", self.command(number, database, port), port, self.environment(), 600, log))
        return self.started[-1]

    def ready(self, replica):
        """Waits until it answers: tables may have to be changed first."""
        for _ in range(6000):
            try:
                if ask(replica.port, "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        sys.exit(f"{replica.name} is not ready: {(self.scratch / 'replica-0.log').read_text()[-2000:]}")

    def probe(self):
        """The version of the tables that the program makes, and the number of its rules: what a filled database must fit."""
        self.postgres.psql("drop database if exists probe with (force)", "postgres")
        self.postgres.psql("create database probe", "postgres")
        replica = self.replica(99, "probe")
        self.ready(replica)
        log = (self.scratch / "replica-99.log").read_text()
        told, _ = json.JSONDecoder().raw_decode(log[log.index("{"):])
        form = package("probe", random.Random(SEED))
        self.upload(replica.port, told.get("data", told)["owner_key"], form)
        replica.stop()
        row = self.postgres.psql("select (select max(version) from schema_versions), (select max(graded_by) from skill_versions)",
                                 "probe")
        self.postgres.psql("drop database probe with (force)", "postgres")
        return [int(part) for part in row.split("|")]

    @staticmethod
    def upload(port, key, data):
        status, _, body = ask(port, "/api/v1/uploads/ticket", key, {"filename": "probe.zip"})
        if status != 201:
            sys.exit(f"no ticket: {status} {body[:300]!r}")
        token = json.loads(body)["data"]["uploadToken"]
        edge = "edge-of-a-part"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="probe.zip"\r\n\r\n'
        form = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
        import urllib.request
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/uploads/process-skill", data=form,
            headers={"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={edge}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            if answer.status not in (200, 201):
                sys.exit(f"an upload was answered {answer.status}")

    # ------------------------------------------------------------------- data

    def prepare(self):
        """The database server with everything in it, filled now or before."""
        args = self.args
        self.store = store(self.scratch / "store")
        source = hashlib.sha256((HERE / "seed.sql").read_bytes()).hexdigest()[:12]
        mark = self.postgres.folder / "filled.json"
        if self.postgres.folder.exists() and not mark.exists():
            shutil.rmtree(self.postgres.folder)
        fresh = not self.postgres.folder.exists()
        if fresh:
            self.postgres.make()
        self.postgres.start(**FILLING)
        schema, rules = self.probe()
        wanted = {"people": args.people, "skills": args.skills, "schema": schema, "rules": rules, "source": source}
        took = None
        if not fresh and (kept := json.loads(mark.read_text())) != wanted:
            alike = all(kept[name] == wanted[name] for name in ("people", "skills", "source"))
            mark.unlink()
            if alike and kept["schema"] <= schema:
                self.renew(kept, wanted)
                mark.write_text(json.dumps(wanted))
            else:
                say("what was kept is another database")
                fresh = True
        if fresh:
            begun = time.monotonic()
            self.fill(rules)
            took = time.monotonic() - begun
            mark.write_text(json.dumps(wanted))
            say(f"filled in {took:.0f} s")
        self.postgres.stop()
        # What was filled is on the disk before anything is measured.
        os.sync()
        self.postgres.start()
        self.postgres.psql("create extension if not exists pg_stat_statements")
        return {**wanted, "filling": took, "tables": self.sizes()}

    def renew(self, kept, wanted):
        """Takes a kept database over to what this program makes of it."""
        say("what was kept is renewed")
        replica = self.replica(0)
        self.ready(replica)
        replica.stop()
        if kept["rules"] != wanted["rules"]:
            self.postgres.psql(f"update skill_versions set graded_by = {wanted['rules']}; vacuum skill_versions;")
        self.postgres.psql("analyze; checkpoint;")

    def fill(self, rules):
        args, postgres = self.args, self.postgres
        postgres.psql("drop database if exists drive with (force)", "postgres")
        postgres.psql("create database drive", "postgres")
        replica = self.replica(0)
        self.ready(replica)
        replica.stop()
        # Indexes are made after the rows, all but those that are a table's own.
        indexes = postgres.psql("""select indexdef from pg_indexes i where schemaname = 'public' and not exists
            (select 1 from pg_constraint c where c.conname = i.indexname)""").split("\n")
        names = postgres.psql("""select indexname from pg_indexes i where schemaname = 'public' and not exists
            (select 1 from pg_constraint c where c.conname = i.indexname)""").split("\n")
        postgres.psql("".join(f"drop index {name};" for name in names))
        options = ("-c session_replication_role=replica -c maintenance_work_mem=768MB -c work_mem=256MB "
                   "-c max_parallel_maintenance_workers=0 -c max_parallel_workers_per_gather=0")
        numbers = {"users": f"{args.people}::bigint", "skills": f"{args.skills}::bigint",
                   "now": int(time.time() * 1000), "rules": rules}
        text = (HERE / "seed.sql").read_text()
        with concurrent.futures.ThreadPoolExecutor(2) as both:
            for step in text.split("-- step\n")[1:]:
                jobs = [job for job in step.split("-- job ")[1:]]
                run = lambda job: (job.split("\n")[0], time.monotonic(),
                                   postgres.psql(job.split("\n", 1)[1], options=options, **numbers), time.monotonic())
                for name, began, _, ended in both.map(run, jobs):
                    say(f"  {name}: {ended - began:.0f} s")
            # The largest first, so that the two end together.
            order = lambda index: (" gin " not in index, "skill_versions" not in index, "drive_items" not in index)
            list(both.map(lambda index: postgres.psql(index, options=options), sorted(indexes, key=order)))
            tables = postgres.psql("""select quote_ident(relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and relkind = 'r' order by pg_total_relation_size(c.oid) desc""").split("\n")
            list(both.map(lambda table: postgres.psql(f"vacuum (freeze, analyze) {table}", options=options), tables))
        postgres.psql("checkpoint")

    def sizes(self):
        rows = self.postgres.psql("""select json_agg(t) from (select c.relname as name, greatest(c.reltuples, 0) as rows,
                pg_table_size(c.oid) as heap, pg_indexes_size(c.oid) as indexes
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r' order by pg_total_relation_size(c.oid) desc) t""")
        return json.loads(rows)

    def export(self):
        """What the clients know."""
        args, postgres, world = self.args, self.postgres, self.world
        (world / "packages").mkdir(parents=True)
        people = f"{args.people}::bigint"
        (world / "users.tsv").write_text(postgres.psql(f"""copy (
            select 'sk_live_' || made.sha('key ' || u), made.user_id(u + 1000000000),
                '10.' || (u >> 16) || '.' || (u >> 8 & 255) || '.' || (u & 255),
                coalesce((select string_agg(d.slug || ':' || v.content_sha || ':' || v.content_size, ',' order by d.slug)
                    from drive_items d join skill_versions v on v.skill_id = d.skill_id and v.version = d.version
                    where d.user_id = made.user_id(u)), '')
            from generate_series(0, {people} - 1, {SAMPLED}) u) to stdout""") + "\n")
        (world / "skills.tsv").write_text(postgres.psql(f"""copy (
            select made.slug(p * 20), made.sha('zip ' || p * 20 || ' ' || made.versions(p * 20))
            from generate_series(0::bigint, least({args.skills} / 20, 20000) - 1) p) to stdout""") + "\n")
        # Words that stand together in the description of a public skill.
        sentences = [line.split(" ") for line in postgres.psql(f"""
            select s.text from generate_series(0::bigint, least({args.skills} / 20, 20000) - 1) p
                join made.sentences s on s.number = made.chance(p * 20, 61) % 20000 order by p""").split("\n")]
        chance = random.Random(SEED)
        # Three in ten ask for one word, two in ten for three.
        queries = ["+".join(chance.sample(chance.choice(sentences), chance.choices([1, 2, 3], [3, 5, 2])[0]))
                   for _ in range(40_000)]
        (world / "queries.txt").write_text("\n".join(queries) + "\n")
        stamp, names = f"{int(time.time()):x}", []
        for number in range(1_500 if args.quick else 6_000):
            name = f"load-{stamp}-{number}"
            (world / "packages" / f"{name}.zip").write_bytes(package(name, chance))
            names.append(name)
        (world / "packages.txt").write_text("\n".join(names) + "\n")

    # --------------------------------------------------------------- measuring

    def check(self):
        """Looks once whether the answers are what they should be, before they are counted."""
        first = (self.world / "users.tsv").read_text().split("\n")[1].split("\t")
        key, items = first[0], [item.split(":") for item in first[3].split(",")]
        port = self.balancer.port
        data = lambda answer: json.loads(answer[2])["data"]
        word = (self.world / "queries.txt").read_text().split("\n")[0]
        found = data(ask(port, f"/api/v1/skills?q={word}", key))
        assert found["skills"] and found["total"] > 0, found
        held = data(ask(port, "/api/v1/drive", key))
        assert {it["slug"] for it in held["skills"]} >= {slug for slug, _, _ in items}, "the drive is another one"
        local = [{"slug": slug, "content_sha": sha, "base_sha": sha, "content_size": int(size), "name": slug, "description": ""}
                 for slug, sha, size in items]
        plan = data(ask(port, "/api/v1/drive/sync/preview", key,
                        {"install_id": str(uuid.uuid4()), "kind": "daily", "mode": "all", "local": local}))
        assert {it["action"] for it in plan["classifications"]} <= {"in_sync", "download_install"}, plan
        slug, sha = (self.world / "skills.tsv").read_text().split("\n")[0].split("\t")
        status, headers, _ = ask(port, f"/api/v1/downloads/public/{slug}/{sha}.zip")
        assert status == 302 and f":{self.store.port}/drive/load/" in headers["Location"], (status, headers)
        plugins = json.loads(ask(port, "/marketplace.json")[2])["plugins"]
        assert len(plugins) == self.args.skills // 20, len(plugins)

    def run(self, mix, seconds, clients, rate=0.0, seed=SEED):
        """One run of the clients: what they measured, and what everybody used meanwhile."""
        parts = {"replicas": [replica.process.pid for replica in self.replicas], "PostgreSQL": [self.postgres.pid],
                 "nginx": [self.balancer.server.process.pid], "store": [self.store.process.pid]}
        used = lambda: {name: sum(map(ticks, pids)) for name, pids in parts.items()}
        each = lambda: [ticks(replica.process.pid) for replica in self.replicas]
        before, every, state, whole = used(), each(), self.postgres.state(), machine()
        command = [str(self.args.clients_program), f"127.0.0.1:{self.balancer.port}", str(self.world),
                   ",".join(f"{name}={weight}" for name, weight in mix.items()), str(seconds), str(clients), str(rate),
                   str(seed), str(self.packages)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"the clients: {done.stderr}")
        told = json.loads(done.stdout)
        after, later, then = used(), self.postgres.state(), machine()
        self.packages = told["packages"]
        answers = told["routes"]["all"]["answers"]
        cpu = {name: after[name] - before[name] for name in parts}
        cpu["clients"] = told["ticks"] / TICK
        result = {
            "clients": clients, "rate": rate, "seconds": told["seconds"], "answers": answers,
            "per_second": answers / told["seconds"], "routes": told["routes"],
            # Microseconds of a processor for a request, by whose they are.
            "cpu": {name: seconds / max(1, answers) * 1e6 for name, seconds in cpu.items()},
            # Of all processors, from 0 to 1.
            "busy": (then[0] - whole[0]) / told["seconds"] / os.cpu_count(),
            "waiting": (then[1] - whole[1]) / told["seconds"] / os.cpu_count(),
            # Of one processor, by whose it is.
            "share": {name: seconds / told["seconds"] for name, seconds in cpu.items()},
            "replica_shares": [(b - a) / told["seconds"] for a, b in zip(every, each(), strict=True)],
            "database": {name: (later[name] - state[name]) / max(1, answers) for name in state},
            "memory": [replica.memory() for replica in self.replicas],
        }
        wrong = {route: it["wrong"] for route, it in told["routes"].items() if it["wrong"] and route != "all"}
        if wrong:
            say(f"    not as they should be: {wrong}")
        return result

    def to(self, count):
        """That many replicas get requests."""
        self.balancer.to(self.replicas[:count])

    def statements(self):
        rows = self.postgres.psql("""select json_agg(t) from (
            select regexp_replace(query, '\\s+', ' ', 'g') as text, calls, total_exec_time as total, mean_exec_time as mean,
                max_exec_time as most, rows, shared_blks_hit + shared_blks_read as blocks
            from pg_stat_statements s join pg_database d on d.oid = s.dbid
            where datname = 'drive' and query !~ 'pg_stat_' order by total_exec_time desc limit 40) t""")
        return json.loads(rows or "[]") or []

    def measure(self):
        args, pace = self.args, self.args.pace
        out = {}
        self.replicas = [self.replica(number) for number in range(max(REPLICAS))]
        for replica in self.replicas:
            self.ready(replica)
        self.balancer = Balancer(self.scratch / "balancer", self.public)
        self.to(len(self.replicas))
        self.check()
        # Everybody makes the manifest once, and the database finds its memory.
        for replica in self.replicas:
            ask(replica.port, "/marketplace.json")
        self.run(MIX, 8 * pace, 16, seed=1)
        self.postgres.psql("select pg_stat_statements_reset()")

        say("growth, as fast as it goes")
        out["growth"] = []
        for count in REPLICAS:
            self.to(count)
            self.run(MIX, 3 * pace, 32, seed=2)
            one = {"replicas": count, **self.run(MIX, 15 * pace, 32, seed=3 + count)}
            out["growth"].append(one)
            say(f"  {count}: {line(one)}")
        out["statements"] = self.statements()

        say(f"growth of small replicas, {SMALL:.0%} of a processor each")
        out["small"] = []
        if self.quota.give(self.replicas, SMALL):
            for count in REPLICAS:
                self.to(count)
                self.run(MIX, 4 * pace, 8 * count, seed=12)
                one = {"replicas": count, "quota": SMALL, **self.run(MIX, 15 * pace, 8 * count, seed=13 + count)}
                out["small"].append(one)
                say(f"  {count}: {line(one)}")
        self.quota.take_back(self.replicas)

        rate = args.people * ACTIVE * A_DAY * BUSIEST
        say(f"an hour of {args.people:,} people: {rate:,.0f} actions, in a minute")
        self.to(len(self.replicas))
        seconds = 60 * (0.5 if args.quick else 1)
        out["hour"] = {"actions": rate, **self.run(MIX, seconds, 64, rate / 60, seed=30)}
        say(f"  {line(out['hour'])}")
        # The same mix at half of what the machine can: what people meet before anything is full.
        an_action = out["hour"]["answers"] / max(1, rate / 60 * seconds)
        out["half"] = self.run(MIX, 20 * pace, 64, out["growth"][-1]["per_second"] / an_action / 2, seed=31)
        say(f"  at half of the most: {line(out['half'])}")

        say("each action by itself, one replica")
        self.to(1)
        out["actions"] = {}
        for name in MIX:
            self.run({name: 1}, 0.7 * pace, 4, seed=40)
            out["actions"][name] = self.run({name: 1}, 4 * pace, 8, seed=41)
            say(f"  {name:<20} {line(out['actions'][name])}")
        out["books"] = self.books()
        return out

    def books(self):
        unequal = self.postgres.psql("""select count(*) from users u join (select user_id, sum(amount) as sum
            from credit_transactions group by user_id) t on t.user_id = u.id where t.sum <> u.balance""")
        below = self.postgres.psql("select count(*) from users where balance < 0")
        if unequal != "0" or below != "0":
            say(f"THE BOOKS ARE WRONG: {unequal} accounts differ, {below} are below 0")
        return {"unequal": int(unequal), "below": int(below)}


def package(name, chance):
    """A small skill as a zip."""
    words = [f"{chance.choice('bcdfgklmnprst')}{chance.choice('aeiou')}{chance.choice('bcdfgklmnprst')}" for _ in range(60)]
    lines = [" ".join(chance.choices(words, k=12)) for _ in range(60)]
    text = f"---\nname: {name}\ndescription: {' '.join(words[:16])}\n---\n# {name}\n\n" + "\n".join(lines) + "\n"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zip_:
        zip_.writestr("SKILL.md", text)
        zip_.writestr("scripts/run.sh", f"#!/bin/sh\necho {name}\n")
    return file.getvalue()


def line(one):
    """A run for a person who waits."""
    routes = one["routes"]["all"]
    cpu = ", ".join(f"{name} {micros:,.0f}" for name, micros in one["cpu"].items())
    return (f"{amount(one['per_second'])}/s p50 {instant(routes['p50'])} p99 {instant(routes['p99'])}, processors "
            f"{one['busy']:.0%}, µs: {cpu}; {one['database']['commits']:.1f} transactions")


def main():
    args = arguments()
    begun, told = time.monotonic(), heading()
    if args.kept:
        args.kept.mkdir(parents=True, exist_ok=True)
        args.kept.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="scale-") as scratch:
        scratch = pathlib.Path(scratch)
        scratch.chmod(0o755)
        site = Site(args, scratch)
        try:
            data = site.prepare()
            if args.fill_only:
                return
            if args.shell:
                subprocess.run(args.shell, shell=True, check=True, env={
                    **os.environ, **site.environment(), "SCALE_DATABASE": site.postgres.address("drive"),
                    "SCALE_SERVE_COMMAND": " ".join(site.command(0, "drive", free_port()))})
                return
            site.export()
            measured = site.measure()
            version = site.postgres.psql("show server_version").split(" ")[0]
        finally:
            site.close()
    measured = {"told": told, "postgres": version, "settings": POSTGRES, "mix": MIX, "cores": os.cpu_count(),
                "assumed": {"active": ACTIVE, "busiest": BUSIEST, "a_day": A_DAY}, "data": data, **measured,
                "minutes": (time.monotonic() - begun) / 60}
    out = args.json or pathlib.Path("scale.json")
    out.write_text(json.dumps(measured, indent=1) + "\n")
    say(f"{out} is written, after {measured['minutes']:.1f} minutes")


if __name__ == "__main__":
    main()
