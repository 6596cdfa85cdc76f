#!/usr/bin/env python3
"""The drive under load. Started by benches/load.sh, which says what this measures.

Every cell runs in turn against each server (A B, A B, …), so that what a busy machine does to one it does to the other;
the ratio is the median of the rounds' own ratios. The processor time that a server used for a request is read from the
kernel, and repeats better than anything that a clock says. Every answer is checked once before it is counted.
"""

import argparse
import json
import os
import pathlib
import platform
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

HERE = pathlib.Path(__file__).resolve().parent
DOCS = HERE.parent / "docs"
TICK = os.sysconf("SC_CLK_TCK")
# So many skills are in the owner's drive and on the machine that asks for a preview.
ON_MACHINE = 1_000
# So many different skills are asked for at most: nobody asks for more in a minute.
DIFFERENT = 10_000
# The number of clients of which the goals speak, and the number of skills that they are measured with.
GOAL_CLIENTS, GOAL_SKILLS, GOAL_ROUNDS = 64, 10_000, 5
MARKS = ("<!-- load: begin -->", "<!-- load: end -->")


def arguments():
    parser = argparse.ArgumentParser(description="the drive under load")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--helper", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where seeds are kept")
    parser.add_argument("--against", type=pathlib.Path, help="another build of the program, measured beside it")
    parser.add_argument("--quick", action="store_true", help="10,000 skills, 1 and 64 clients, 3 rounds of a second")
    parser.add_argument("--skills", help="numbers of skills, comma-separated")
    parser.add_argument("--clients", help="numbers of clients, comma-separated")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", help="rows whose name holds one of these words, comma-separated")
    parser.add_argument("--hello", action="store_true", help="also a server of axum that does nothing")
    parser.add_argument("--write", action="store_true", help="put the table and the plot into docs/")
    parser.add_argument("--json", type=pathlib.Path, help="keep the raw numbers there")
    args = parser.parse_args()
    numbers = lambda text: [int(part) for part in text.split(",")]
    args.skills = numbers(args.skills or ("10000" if args.quick else "1000,10000,100000"))
    # The goals' own number of clients is measured with the goals' own number of skills, and more often.
    args.goal = not args.quick and args.clients is None and GOAL_SKILLS in args.skills
    args.clients = numbers(args.clients or ("1,64" if args.quick else "1,10,100"))
    args.rounds = args.rounds or (3 if args.quick else 2)
    args.seconds = args.seconds or 1.0
    return args


class Server:
    """A process on a port."""

    def __init__(self, name, command, port, env=None, patience=30, log=subprocess.DEVNULL):
        self.name, self.port = name, port
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _ in range(20 * patience):
            if self.process.poll() is not None:
                sys.exit(f"{name} ended with {self.process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{name} does not listen")

    def pids(self):
        """The process and its children: nginx serves in two."""
        own = self.process.pid
        children = pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]

    def cpu(self):
        """Seconds of processor time so far."""
        ticks = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK

    def memory(self):
        """Bytes in memory now that are the process's own, and at most so far."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        field = lambda name: int(re.search(rf"{name}:\s+(\d+) kB", text).group(1)) * 1024
        return field("VmRSS"), field("VmHWM")

    def forget_peak(self):
        """The most that it had in memory counts from now."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def calm(self):
        """Waits until it has ended what nobody waits for any more."""
        for _ in range(100):
            before = self.cpu()
            time.sleep(0.05)
            if self.cpu() - before < 0.02:
                return

    def settle(self):
        """Waits until it has done what it does after a start: a drive grades what an older program left."""
        for _ in range(300):
            before = self.cpu()
            time.sleep(1)
            if self.cpu() - before < 0.03:
                return
        sys.exit(f"{self.name} does not come to rest")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def ask(port, path, key=None, body=None, headers=None):
    """Status, headers and bytes of one request."""
    headers = dict(headers or {})
    if key:
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=headers)
    try:
        with OPENER.open(request, timeout=120) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def data(answer):
    status, _, body = answer
    if status != 200:
        sys.exit(f"status {status}: {body[:300]!r}")
    return json.loads(body)["data"]


def environment(home):
    return {"PATH": os.environ["PATH"], "HOME": str(home), "SKILLZDRIVE_CREDENTIAL_STORE": "file"}


def drive(name, program, folder, home):
    port = free_port()
    command = [str(program), "serve", "--listen", f"127.0.0.1:{port}", "--data", str(folder)]
    return Server(name, command, port, environment(home))


def seeded(args, count, home):
    """A folder with a drive of so many skills, of which the owner has a thousand, and the owner's key."""
    folder = args.cache / f"seed-{count}"
    kept = folder / "owner.txt"
    if kept.exists():
        return folder, kept.read_text().strip()
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    print(f"seeding {count:,} skills", file=sys.stderr)
    # In memory where there is some: the disk has to keep up with a commit for each skill otherwise.
    quick = pathlib.Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=quick if quick.is_dir() else None) as scratch:
        made = pathlib.Path(scratch) / "seed"
        env = {**os.environ, "TMPDIR": scratch}
        told = subprocess.run([str(args.helper), "seed", str(made), str(count)], env=env, check=True, stdout=subprocess.PIPE)
        key = told.stdout.decode().strip()
        server = drive("seed", args.program, made, home)
        claim(server.port, key)
        server.stop()
        (made / "owner.txt").write_text(key)
        shutil.copytree(made, folder)
    return folder, key


def machine(port, key):
    """What a machine with the first thousand skills says of them."""
    plugins = json.loads(ask(port, "/marketplace.json", key)[2])["plugins"]
    told = [plugin["metadata"]["skillzdrive"] for plugin in plugins[:ON_MACHINE]]
    return [
        {"slug": it["slug"], "content_sha": it["content_sha"], "base_sha": None, "content_size": it["content_size"],
         "name": it["slug"], "description": "made up"}
        for it in told
    ]


def claim(port, key):
    """Brings them into the owner's drive, as a first sync does."""
    install = str(uuid.uuid4())
    run = {"install_id": install, "kind": "first_run", "mode": "all"}
    plan = data(ask(port, "/api/v1/drive/sync/preview", key, {**run, "local": machine(port, key)}))
    done = data(ask(port, "/api/v1/drive/sync/execute", key, {**run, "classifications": plan["classifications"]}))
    results = [
        {"slug": it["slug"], "action": it["action"], "status": "done", "content_sha": None, "error": None}
        for it in done["results"]
    ]
    data(ask(port, "/api/v1/drive/sync/finalize", key,
             {"run_id": done["run_id"], "install_id": install, "results": results}))


def copy(seed, into):
    """A drive of its own from a seed. The artifacts are never changed, so they are not copied."""
    into.mkdir(parents=True)
    into.chmod(0o700)
    for file in seed.iterdir():
        if file.name == "artifacts":
            (into / "artifacts").symlink_to(file.resolve())
        elif file.is_file() and file.name != "owner.txt":
            shutil.copy(file, into)
    return into


class Row:
    """A kind of request: what is sent, and what has to come back."""

    def __init__(self, name, paths, status, key=None, headers=None, body=None, fresh=None, slow=False):
        self.name, self.paths, self.status, self.key = name, paths, status, key
        self.headers, self.body, self.fresh, self.slow = headers or {}, body, fresh, slow

    def headers_for(self, port, more):
        """What is sent to a server. The tag that it is asked to compare with is its own."""
        headers = {**self.headers, **more}
        if self.status == 304:
            headers["If-None-Match"] = ask(port, self.paths[0], self.key, headers=headers)[1]["ETag"]
        return headers

    def check(self, port):
        """The size of a typical answer, after looking that a few are right."""
        sizes = []
        headers_sent = self.headers_for(port, {})
        for path in (self.paths or self.fresh())[:20]:
            status, headers, body = ask(port, path, self.key, self.body, headers_sent)
            if status != self.status:
                sys.exit(f"{self.name}: {path} answered {status}: {body[:300]!r}")
            if status == 302 and not headers["Location"]:
                sys.exit(f"{self.name}: {path} leads nowhere")
            sizes.append(len(body))
        return int(statistics.median(sizes))


def rows(port, key, random_):
    """Every row, for the drive on a port."""
    plugins = json.loads(ask(port, "/marketplace.json", key)[2])["plugins"]
    words = [plugin["description"].split() for plugin in plugins]
    some = random_.sample(plugins, len(plugins))
    told = [plugin["metadata"]["skillzdrive"] for plugin in some[:DIFFERENT]]
    path_of = lambda it: f"/api/v1/downloads/public/{it['slug']}/{it['content_sha']}.zip"
    stored = []
    for it in told[:500]:
        location = ask(port, path_of(it), key)[1]["Location"]
        stored.append("/" + location.split("/", 3)[3])

    def query():
        of = random_.choice(words)
        return f"/api/v1/skills?limit=20&q={'+'.join(random_.sample(of, 2))}"

    # Nobody asks for quite the same thing, so no answer can be an earlier one.
    fresh = lambda: list({query() for _ in range(20_000)})
    numbers = iter(range(1 << 40))
    once = lambda: [f"/api/v1/skills/{it['slug']}?once={next(numbers)}" for it in told * (20_000 // len(told) + 1)]
    preview = {"install_id": str(uuid.uuid4()), "kind": "manual", "mode": "all", "local": machine(port, key)}
    return [
        Row("GET skills/:slug, asked before", [f"/api/v1/skills/{it['slug']}" for it in told], 200, key),
        Row("GET skills/:slug, first time", None, 200, key, fresh=once),
        Row("search, asked before", [query() for _ in range(64)], 200, key),
        Row("search, new words", None, 200, key, fresh=fresh, slow=True),
        Row("marketplace.json", ["/marketplace.json"], 200, key),
        Row("marketplace.json, unchanged", ["/marketplace.json"], 304, key),
        Row("download, the redirect", [path_of(it) for it in told], 302, key),
        Row("download, the bytes", stored, 200),
        Row("sync preview of 1,000", ["/api/v1/drive/sync/preview"], 200, key, body=preview, slow=True),
        Row("the drive's own floor", ["/favicon.svg"], 200),
    ]


class Floor:
    """nginx with a file for each row, chosen by a header, so that it gets the very same requests."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "rows").mkdir(parents=True)
        self.port = free_port()
        (folder / "nginx.conf").write_text(f"""
            user root;
            daemon off; worker_processes {os.cpu_count()}; pid {folder}/pid; error_log {folder}/error.log;
            events {{ worker_connections 2048; }}
            http {{
                access_log off; sendfile on; tcp_nopush on; client_max_body_size 64m; client_body_buffer_size 8m;
                keepalive_requests 1000000000; keepalive_timeout 600; open_file_cache max=1000;
                default_type application/json;
                client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
                uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
                server {{
                    listen 127.0.0.1:{self.port}; root {folder}; etag on;
                    error_page 405 =200 /rows/$http_x_row;
                    location / {{ try_files /rows/$http_x_row =404; }}
                }}
            }}""")
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.server = Server("nginx", [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], self.port)

    def file(self, index, size):
        (self.folder / "rows" / str(index)).write_bytes(b"x" * size)


def wrk(port, row, headers, clients, seconds, scratch, body_file):
    """Requests, seconds, errors, p50 and p99 in microseconds."""
    file = scratch / "requests.txt"
    lines = ["POST" if row.body is not None else "GET", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    paths = row.paths if row.paths is not None else row.fresh()
    file.write_text("\n".join([*lines, "", *paths]) + "\n")
    command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s",
               str(HERE / "load.lua"), f"http://127.0.0.1:{port}", "--", str(file)]
    if row.body is not None:
        command.append(str(body_file))
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    requests, duration, errors, p50, p99, _ = map(float, re.search(r"RESULT (.*)", told).group(1).split())
    return {"requests": requests, "seconds": duration / 1e6, "errors": errors, "p50": p50, "p99": p99}


def warm(server, row, headers, scratch, body_file):
    """Asks everything once, where "asked before" is what is measured."""
    for _ in range(5):
        if wrk(server.port, row, headers, 16, 2, scratch, body_file)["requests"] > len(row.paths):
            return


def measure(args, count, clients, table, servers, floor, scratch, times):
    """One cell: every row against every server, in turn, so many times."""
    cells = []
    for index, row in enumerate(table):
        body_file = scratch / "body.json"
        if row.body is not None:
            body_file.write_text(json.dumps(row.body))
        rounds = {server.name: [] for server in servers}
        for at in range(times):
            for server in servers:
                headers = row.headers_for(server.port, {"X-Row": str(index)})
                if row.key:
                    headers["Authorization"] = f"Bearer {row.key}"
                if at == 0 and server is not floor.server and len(row.paths or []) > 1:
                    warm(server, row, headers, scratch, body_file)
                server.forget_peak()
                before = server.cpu()
                # A catalogue of 100,000 skills is 50 MB.
                longer = 5 if row.size > 5_000_000 else 2 if row.slow else 1
                one = wrk(server.port, row, headers, clients, args.seconds * longer, scratch, body_file)
                server.calm()
                one["cpu"] = (server.cpu() - before) / max(1, one["requests"]) * 1e6
                one["rate"] = one["requests"] / one["seconds"]
                one["rss"], one["peak"] = server.memory()
                if one["errors"]:
                    sys.exit(f"{row.name}: {server.name} failed {one['errors']:.0f} of {one['requests']:.0f}")
                rounds[server.name].append(one)
        if any(one["requests"] == 0 for own in rounds.values() for one in own):
            print(f"{count:,} skills, {clients} clients, {row.name}: not a single answer in time, left out", file=sys.stderr)
            continue
        cell = {"skills": count, "clients": clients, "row": row.name, "size": row.size, "servers": {}}
        for server in servers:
            own = rounds[server.name]
            middle = {name: statistics.median(one[name] for one in own) for name in own[0]}
            middle["ratio"] = statistics.median(
                one["rate"] / base["rate"] for one, base in zip(own, rounds["nginx"], strict=True)
            )
            cell["servers"][server.name] = middle
        cells.append(cell)
        print(line(cell), file=sys.stderr)
    return cells


def amount(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def instant(micros):
    return f"{micros / 1000:,.0f} ms" if micros >= 100_000 else f"{micros / 1000:.1f} ms" if micros >= 1000 else f"{micros:.0f} µs"


def line(cell):
    """A cell for a person who waits."""
    text = f"{cell['skills']:>7,} skills {cell['clients']:>3} clients  {cell['row']:<28}"
    for name, own in cell["servers"].items():
        text += f" | {name}: {amount(own['rate'])}/s ×{own['ratio']:.2f} p50 {instant(own['p50'])} p99 {instant(own['p99'])} cpu {own['cpu']:.0f} µs"
    return text


def table_of(cells):
    """The table, as Markdown. The first server is the drive."""
    lines = [
        "| skills | clients | request | bytes | drive, 1/s | nginx, 1/s | × nginx | p50 | p99 | p99 / p50 | cpu, µs | nginx | most memory, MB |",
        "|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for cell in cells:
        own, base = cell["servers"]["drive"], cell["servers"]["nginx"]
        lines.append(
            f"| {cell['skills']:,} | {cell['clients']} | {cell['row']} | {cell['size']:,} | {amount(own['rate'])} "
            f"| {amount(base['rate'])} | {own['ratio']:.2f} | {instant(own['p50'])} | {instant(own['p99'])} "
            f"| {own['p99'] / max(own['p50'], 1):.1f} | {own['cpu']:,.0f} | {base['cpu']:,.0f} | {own['peak'] / 1e6:.0f} |"
        )
    return "\n".join(lines)


def plot(cells):
    """Small multiples: a panel for each kind of request, clients to the right, requests a second upwards, a line for
    each number of skills and a grey one for nginx. Both axes are logarithmic."""
    from math import log10

    names = list(dict.fromkeys(cell["row"] for cell in cells))
    sizes = sorted({cell["skills"] for cell in cells})
    clients = sorted({cell["clients"] for cell in cells})
    colours = ["#7aa6d8", "#2f6fb3", "#123a66"]
    width, height, columns = 250, 190, 3
    lines_total = (len(names) + columns - 1) // columns
    total = (width * columns + 20, height * lines_total + 70)
    rates = [own["rate"] for cell in cells for own in (cell["servers"]["drive"], cell["servers"]["nginx"])]
    low, high = 10 ** int(log10(max(1, min(rates)))), 10 ** (int(log10(max(rates))) + 1)
    left, right = log10(clients[0]), log10(max(clients[-1], clients[0] + 1))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total[0]} {total[1]}" font-family="sans-serif" font-size="10">',
        "<title>Requests a second by number of clients, for each kind of request and number of skills</title>",
        "<style>text{fill:#333}.grid{stroke:#ddd}.frame{fill:#fff;stroke:#bbb}.back{fill:#fff}"
        "@media(prefers-color-scheme:dark){text{fill:#ccc}.grid{stroke:#333}.frame{fill:#111;stroke:#555}.back{fill:#111}}</style>",
        f'<rect class="back" width="{total[0]}" height="{total[1]}"/>',
    ]
    for at, name in enumerate(names):
        x0, y0 = 45 + at % columns * width, 40 + at // columns * height
        w, h = width - 55, height - 50
        x = lambda value: x0 + (log10(value) - left) / (right - left) * w
        y = lambda value: y0 + h - (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low)) * h
        out.append(f'<rect class="frame" x="{x0}" y="{y0}" width="{w}" height="{h}"/>')
        out.append(f'<text x="{x0}" y="{y0 - 6}" font-weight="bold">{name}</text>')
        step = low
        while step <= high:
            label = f"{step // 1000}k" if step >= 1000 else str(step)
            out.append(f'<line class="grid" x1="{x0}" x2="{x0 + w}" y1="{y(step):.1f}" y2="{y(step):.1f}"/>')
            out.append(f'<text x="{x0 - 4}" y="{y(step) + 3:.1f}" text-anchor="end">{label}</text>')
            step *= 10
        for value in clients:
            out.append(f'<text x="{x(value):.1f}" y="{y0 + h + 13}" text-anchor="middle">{value}</text>')

        def curve(server, count, colour, dash):
            points = sorted(
                (x(cell["clients"]), y(cell["servers"][server]["rate"]))
                for cell in cells if cell["row"] == name and cell["skills"] == count
            )
            path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
            out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
            out.extend(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="2.5" fill="{colour}"/>' for px, py in points)

        for count in sizes:
            curve("nginx", count, "#999", ' stroke-dasharray="4 3"')
        for count, colour in zip(sizes, colours[-len(sizes):], strict=False):
            curve("drive", count, colour, "")
    legend = [(f"{count:,} skills", colour) for count, colour in zip(sizes, colours[-len(sizes):], strict=False)]
    legend.append(("nginx, a file of that size", "#999"))
    for at, (text, colour) in enumerate(legend):
        out.append(f'<rect x="{45 + at * 150}" y="8" width="12" height="8" fill="{colour}"/>')
        out.append(f'<text x="{62 + at * 150}" y="16">{text}</text>')
    out.append(f'<text x="{total[0] / 2}" y="{total[1] - 8}" text-anchor="middle">clients at once; upwards: requests a second</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def heading():
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    version = lambda *command: subprocess.run(command, capture_output=True, text=True, check=False)
    nginx = version(shutil.which("nginx") or "/usr/sbin/nginx", "-v").stderr.strip().split("/")[-1]
    wrk_said = version("wrk", "-v").stdout.split("\n")[0].split("[")[0].strip()
    return (f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores of {cpu.group(1) if cpu else platform.machine()}, "
            f"Linux {platform.release()}, nginx {nginx}, {wrk_said}; load {os.getloadavg()[0]:.1f} at the start.")


def main():
    args = arguments()
    told = heading()
    cells = []
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        floor = Floor(scratch / "floor")
        running = [floor.server]
        try:
            for count in args.skills:
                seed, key = seeded(args, count, scratch)
                servers = [drive("drive", args.program, copy(seed, scratch / f"drive-{count}"), scratch)]
                running += servers
                if args.against:
                    servers.append(drive("against", args.against, copy(seed, scratch / f"against-{count}"), scratch))
                    running.append(servers[-1])
                table = rows(servers[0].port, key, random.Random(count))
                if args.only:
                    table = [row for row in table if any(word in row.name for word in args.only.split(","))]
                for index, row in enumerate(table):
                    for server in servers:
                        row.size = row.check(server.port)
                    floor.file(index, row.size)
                for server in servers:
                    server.settle()
                if args.hello:
                    port = free_port()
                    servers.append(Server("hello", [str(args.helper), "hello", f"127.0.0.1:{port}", str(table[0].size)], port))
                    running.append(servers[-1])
                servers.append(floor.server)
                for clients in args.clients:
                    cells += measure(args, count, clients, table, servers, floor, scratch, args.rounds)
                if args.goal and count == GOAL_SKILLS:
                    cells += measure(args, count, GOAL_CLIENTS, table, servers, floor, scratch, GOAL_ROUNDS)
                for server in servers[:-1]:
                    server.stop()
                    running.remove(server)
        finally:
            for server in running:
                server.stop()
    cells.sort(key=lambda cell: (cell["skills"], cell["clients"]))
    if args.json:
        args.json.write_text(json.dumps({"told": told, "cells": cells}, indent=1) + "\n")
    text = f"{told}\n\n{table_of(cells)}\n"
    print(text)
    if args.write:
        (DOCS / "load.svg").write_text(plot(cells))
        page = DOCS / "benchmarks.md"
        before, rest = page.read_text().split(MARKS[0])
        picture = "![Requests a second by number of clients and of skills](load.svg)"
        page.write_text(f"{before}{MARKS[0]}\n\n{text}\n{picture}\n\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


if __name__ == "__main__":
    main()
