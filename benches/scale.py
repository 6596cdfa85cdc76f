#!/usr/bin/env python3
"""The numbers of docs/scale.md: the tables of what benches/scale.sh has measured, and from them, on paper, what a drive of
ten million people needs.

    benches/scale.py                   writes them into the page, from benches/scale/measured.json
    benches/scale.py --check           ends with 1 when the page has others
    benches/scale.py --print FILE      shows them for another file

Nothing is measured here. What is assumed stands in ASSUMED, with the reason, and is in the page.
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from load import amount, instant  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
MEASURED = HERE / "scale" / "measured.json"
PAGE = HERE.parent / "docs" / "scale.md"

PEOPLE = 10_000_000
ASSUMED = {
    "peak": (2.0, "the busiest moment of the busiest hour is so many times that hour"),
    "full": (0.5, "processors are used to at most so much, so that half of the replicas may go"),
    "ram": (0.15, "so much of the database is asked for within a day, and fits into memory"),
    "row_days": (90, "so many days of telemetry are kept; the drive forgets older lines itself"),
    "zip": (42_000, "bytes of an artifact, the mean of the seed"),
    "pool": (16, "connections of a replica, the program's own default"),
    "vcpu": (35, "dollars a month for a virtual processor with 4 GB, listed by large providers"),
    "disk": (0.12, "dollars a month for a GB of fast disk, twice (the standby has its own)"),
    "objects": (0.023, "dollars a month for a GB in an object store"),
    "egress": (0.05, "dollars for a GB that leaves to the internet, from a content network"),
}


def value(name):
    return ASSUMED[name][0]


def gb(octets):
    return f"{octets / 1e9:,.0f} GB" if octets >= 10e9 else f"{octets / 1e9:,.1f} GB" if octets >= 0.1e9 else f"{octets / 1e6:,.0f} MB"


def count(number):
    for unit, word in ((1e9, "billion"), (1e6, "million")):
        if number >= unit:
            return f"{number / unit:,.1f} {word}"
    return f"{number:,.0f}"


def table(heads, rows):
    align = ["---" if head.startswith("<") else "--:" for head in heads]
    lines = ["| " + " | ".join(head.lstrip("<") for head in heads) + " |", "|" + "|".join(align) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def wrong(run):
    return sum(sum(route["wrong"].values()) for name, route in run["routes"].items() if name != "all")


def growth(m):
    """How throughput grows with replicas."""
    out = []
    for title, runs in (("As fast as this machine goes", m["growth"]), ("Replicas with a share of a processor each", m["small"])):
        if not runs:
            continue
        first = runs[0]["per_second"]
        rows = []
        for run in runs:
            all_ = run["routes"]["all"]
            cpu = run["cpu"]
            rows.append([
                run["replicas"], amount(run["per_second"]), f"{run['per_second'] / first:.2f}", instant(all_["p50"]),
                instant(all_["p99"]), f"{run['busy']:.0%}", f"{run['waiting']:.0%}",
                *(f"{run['share'][name]:.2f}" for name in ("replicas", "PostgreSQL", "nginx", "clients")),
                f"{cpu['replicas']:,.0f}", f"{cpu['PostgreSQL']:,.0f}", wrong(run)])
        share = f" ({runs[0]['quota']:.0%} of one)" if "quota" in runs[0] else ""
        out.append(f"**{title}{share}**, {runs[0]['clients']} clients at the least, each with one request at a time:\n\n" + table(
            ["replicas", "requests/s", "× one", "p50", "p99", "processors busy", "waiting for disk", "replicas use", "PostgreSQL",
             "nginx", "clients", "µs of replicas", "µs of PostgreSQL", "not as expected"], rows))
    return "\n\n".join(out)


def ends_first(m):
    """Which resource ends first, in words."""
    most = m["growth"][-1]
    parts = sorted(((share, name) for name, share in most["share"].items()), reverse=True)
    told = ", ".join(f"{name} {share / m['cores'] / most['busy']:.0%}" for share, name in parts if share > 0.01)
    ratio = most["per_second"] / m["growth"][0]["per_second"]
    text = (f"With {most['replicas']} replicas the {m['cores']} processors are busy to {most['busy']:.0%} and wait for the disk for "
            f"{most['waiting']:.0%} of the time. Of what is used: {told}. ")
    if most["busy"] > 0.85:
        text += (f"So what ends first here is the processor, with one replica already ({m['growth'][0]['busy']:.0%} busy), "
                 f"and more replicas cannot bring more of it: × {ratio:.2f}.")
    else:
        text += f"Growth from one: × {ratio:.2f}."
    if m["small"]:
        last = m["small"][-1]
        text += (f" Replicas that get {last['quota']:.0%} of a processor each, as on machines of their own that are as small, grow × "
                 f"{last['per_second'] / m['small'][0]['per_second']:.2f} from 1 to {last['replicas']}; "
                 f"the database then uses {last['share']['PostgreSQL']:.2f} of a processor.")
    return text


def hour(m):
    rows = []
    hour_, half = m["hour"], m["half"]
    for name in sorted(half["routes"], key=lambda name: (name == "all", -half["routes"][name]["answers"])):
        one, two = hour_["routes"].get(name), half["routes"][name]
        if one is None:
            continue
        rows.append([name if name != "all" else "**all**", f"{one['answers']:,}", instant(one["p50"]), instant(one["p99"]),
                     f"{two['answers'] / half['seconds']:,.0f}", instant(two["p50"]), instant(two["p99"]),
                     f"{two['bytes'] / max(1, two['answers']):,.0f}"])
    return table(["<route", "the hour: requests", "p50", "p99", "half of the most: requests/s", "p50", "p99", "bytes"], rows)


def costs(m):
    rows = []
    for name, run in m["actions"].items():
        requests = run["answers"]
        if not requests:
            continue
        cpu, database = run["cpu"], run["database"]
        rows.append([f"`{name}`", m["mix"][name], f"{run['per_second']:,.0f}", instant(run["routes"]["all"]["p50"]),
                     f"{cpu['replicas']:,.0f}", f"{cpu['PostgreSQL']:,.0f}", f"{cpu['nginx']:,.0f}",
                     f"{database['commits']:.1f}", f"{database['wal']:,.0f}", f"{database['syncs']:.2f}",
                     f"{run['routes']['all']['bytes'] / requests:,.0f}"])
    return table(["<action", "of 1,000", "requests/s", "p50", "µs of the replica", "µs of PostgreSQL", "µs of nginx",
                  "transactions", "bytes of log", "syncs", "bytes"], rows)


def statements(m):
    total = sum(it["total"] for it in m["statements"]) or 1
    rows = []
    for it in m["statements"][:10]:
        text = it["text"].replace("|", "\\|")
        rows.append([f"{it['total'] / total:.0%}", f"{it['calls']:,}", f"{it['mean']:.2f} ms", f"{it['blocks'] / max(1, it['calls']):,.0f}",
                     f"`{text[:110]}{'…' if len(text) > 110 else ''}`"])
    return table(["of the time", "times", "mean", "pages each", "<statement"], rows)


def paper(m):
    """What ten million people need."""
    mix, actions = m["mix"], m["actions"]
    assumed = m["assumed"]
    times = PEOPLE / m["data"]["people"]
    a_day = PEOPLE * assumed["active"] * assumed["a_day"]
    an_hour = a_day * assumed["busiest"]
    peak = an_hour / 3600 * value("peak")
    of = sum(mix.values())
    growth_ = m["growth"][-1]
    # Requests for an action, from the hour.
    each = m["hour"]["answers"] / (m["hour"]["rate"] * m["hour"]["seconds"])
    requests = peak * each
    cpu = {name: growth_["cpu"][name] / 1e6 * requests for name in ("replicas", "PostgreSQL", "nginx")}
    wal, syncs = (growth_["database"][name] for name in ("wal", "syncs"))
    tables = {it["name"]: it for it in m["data"]["tables"]}
    size = lambda name: (tables[name]["heap"] + tables[name]["indexes"]) if name in tables else 0
    row = lambda name: size(name) / max(1, tables[name]["rows"]) if name in tables and tables[name]["rows"] else 0
    base = sum(map(size, tables)) * times
    per_day = lambda action, rows=1: a_day * mix[action] / of * rows
    yearly = {
        "credit_transactions": per_day("import") + per_day("upload"),
        "cli_sync_runs": per_day("sync"),
        "cli_sync_run_items": per_day("sync") * 16,
        "skill_installs": per_day("telemetry") * 2 / 7 * 2,
        "skill_versions": per_day("upload"),
        "skill_search": per_day("upload") / 2,
    }
    grown = {name: rows * 365 * row(name) for name, rows in yearly.items()}
    telemetry = per_day("telemetry") * value("row_days") * row("telemetry_events")
    kept = base - size("telemetry_events") * times + telemetry
    database = kept + sum(grown.values())
    objects = tables["skill_versions"]["rows"] * times + yearly["skill_versions"] * 365
    bulk = objects * value("zip")
    downloads = per_day("download") * value("zip") * 30 + per_day("sync") * value("zip") * 30
    own = a_day * each * 30 * m["hour"]["routes"]["all"]["bytes"] / m["hour"]["answers"]
    cores = cpu["replicas"] / value("full")
    replicas = max(3, -(-cores // 2))
    db_cores = cpu["PostgreSQL"] / value("full")
    manifest = m["actions"]["manifest"]["routes"]["all"]
    public = m["data"]["skills"] / 20
    manifest_now = manifest["bytes"] / max(1, manifest["answers"])
    money = {
        "replicas and balancers": (cores + cpu["nginx"] / value("full")) * value("vcpu"),
        "database and standby": 2 * max(8, db_cores) * value("vcpu") * 2 + database / 1e9 * value("disk") * 2,
        "objects": bulk / 1e9 * value("objects"),
        "egress of artifacts": downloads / 1e9 * value("egress"),
        "egress of answers": own / 1e9 * value("egress"),
    }
    rows = [
        ["accounts; there on a day", f"{count(PEOPLE)}; {count(PEOPLE * assumed['active'])}", "assumed"],
        ["actions on a day; in the busiest hour", f"{count(a_day)}; {count(an_hour)}", f"{assumed['a_day']:.1f} each; {assumed['busiest']:.0%}"],
        ["requests a second at the peak", f"{requests:,.0f}", f"{each:.2f} an action, × {value('peak'):g}"],
        ["processors of replicas", f"{cores:,.1f}", f"{growth_['cpu']['replicas']:,.0f} µs a request, full to {value('full'):.0%}"],
        ["replicas of two processors", f"{replicas:,.0f}", "three at the least"],
        ["processors of PostgreSQL", f"{db_cores:,.1f}", f"{growth_['cpu']['PostgreSQL']:,.0f} µs a request **on {m['data']['skills']:,} skills**; see below"],
        ["connections", f"{replicas * value('pool'):,.0f}", f"{value('pool')} a replica"],
        ["log", f"{wal * requests / 1e6:,.1f} MB/s", f"{wal:,.0f} bytes a request"],
        ["syncs of the log", f"{syncs * requests:,.0f} a second", "an upper bound: commits at the same time share one"],
        ["database at first; after a year", f"{gb(kept)}; {gb(database)}", f"× {times:,.0f} of {gb(base / times)}, telemetry of {value('row_days')} days"],
        ["memory for it", gb(database * value("ram")), f"{value('ram'):.0%}"],
        ["objects; their bytes", f"{count(objects)}; {gb(bulk)}", f"{value('zip'):,} bytes each"],
        ["egress of the store in a month", gb(downloads), "redirects, followed once each"],
        ["egress of the replicas in a month", gb(own), f"{m['hour']['routes']['all']['bytes'] / m['hour']['answers']:,.0f} bytes a request"],
        ["manifest of the public catalogue, compressed", gb(manifest_now * times), f"{gb(manifest_now)} for {public:,.0f} skills: see below"],
    ]
    grows = [[f"`{name}`", count(per * 365), gb(grown[name])] for name, per in sorted(yearly.items(), key=lambda it: -grown[it[0]])]
    spent = [[name, money_class(dollars)] for name, dollars in money.items()]
    spent.append(["**together**", money_class(sum(money.values()))])
    assumptions = [[f"{number:,}" if number >= 1 else f"{number:g}", why] for number, why in ASSUMED.values()]
    return "\n\n".join([
        table(["<what", "how much", "<from"], rows),
        "What grows with the years and is never forgotten:\n\n" + table(["<table", "rows a year", "bytes a year"], grows),
        "Money in a month, as classes and not as an offer:\n\n" + table(["<for", "<class"], spent),
        "Assumed for all of this, besides the mix:\n\n" + table(["value", "<what it is"], assumptions),
    ])


def money_class(dollars):
    for limit, word in ((100, "tens of dollars"), (1_000, "hundreds of dollars"), (3_000, "one to three thousand dollars"),
                        (10_000, "three to ten thousand dollars"), (30_000, "ten to thirty thousand dollars"),
                        (100_000, "thirty to a hundred thousand dollars")):
        if dollars < limit:
            return word
    return "more than a hundred thousand dollars"


def heading(m):
    data = m["data"]
    size = sum(it["heap"] + it["indexes"] for it in data["tables"])
    filled = f" filled in {data['filling']:.0f} s," if data.get("filling") else ""
    books = "right" if not m["books"]["unequal"] and not m["books"]["below"] else "WRONG"
    return (f"{m['told']} PostgreSQL {m['postgres']}, {data['people']:,} people, {data['skills']:,} skills,{filled} {gb(size)} with "
            f"indexes. The whole run took {m['minutes']:.0f} minutes; afterwards the books were {books}.")


def tables(m):
    rows = [[f"`{it['name']}`", count(it["rows"]), gb(it["heap"]), gb(it["indexes"]),
             f"{(it['heap'] + it['indexes']) / max(1, it['rows']):,.0f}"] for it in m["data"]["tables"] if it["rows"] >= 1_000]
    return table(["<table", "rows", "rows' bytes", "indexes", "bytes a row"], rows)


PARTS = {
    "growth": lambda m: heading(m) + "\n\n" + growth(m) + "\n\n" + ends_first(m),
    "hour": hour, "costs": costs, "statements": statements, "tables": tables, "paper": paper,
}


def page(text, m):
    for name, part in PARTS.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n\n{part(m)}\n\n{end}{rest.split(end)[1]}"
    return text


def main():
    asked = sys.argv[1:]
    if asked[:1] == ["--print"]:
        measured = json.loads(pathlib.Path(asked[1]).read_text())
        print("\n\n".join(part(measured) for part in PARTS.values()))
        return
    measured = json.loads(MEASURED.read_text())
    text = PAGE.read_text()
    made = page(text, measured)
    if asked == ["--check"]:
        sys.exit(0 if made == text else f"{PAGE} has other numbers than {MEASURED} gives")
    PAGE.write_text(made)
    print(f"{PAGE} is written")


if __name__ == "__main__":
    main()
