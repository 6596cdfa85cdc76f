"""What deny.toml says of licences, bans and sources, held against `cargo metadata`. It is what cargo-deny does with that
file, in small: no advisories, and a licence is what the package says of itself."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

rules = tomllib.loads(Path("deny.toml").read_text())
command = ["cargo", "metadata", "--format-version=1", "--all-features", "--locked"]
metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
allowed = set(rules["licenses"]["allow"])
exceptions = {one["crate"]: set(one["allow"]) for one in rules["licenses"]["exceptions"]}
banned = [one["crate"].split(":") for one in rules["bans"]["deny"]]
assert rules["sources"] == {"unknown-registry": "deny", "unknown-git": "deny"}, rules["sources"]
registry = "registry+https://github.com/rust-lang/"
wrong = []


def fits(expression, allow):
    """Whether an SPDX expression can be met with these licences."""
    words = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    place = 0

    def one():
        nonlocal place
        word = words[place]
        place += 1
        if word == "(":
            met = either()
            place += 1
            return met
        if place < len(words) and words[place] == "WITH":
            word = f"{word} WITH {words[place + 1]}"
            place += 2
        return word in allow

    def both():
        nonlocal place
        met = one()
        while place < len(words) and words[place] == "AND":
            place += 1
            met = one() and met
        return met

    def either():
        nonlocal place
        met = both()
        while place < len(words) and words[place] == "OR":
            place += 1
            met = both() or met
        return met

    met = either()
    assert place == len(words), f"this is no licence expression: {expression}"
    return met


assert fits("MIT OR (GPL-3.0 AND X)", {"MIT"}) and not fits("MIT AND GPL-3.0", {"MIT"})
assert fits("(MIT OR Apache-2.0) AND Unicode-3.0", {"MIT", "Unicode-3.0"}) and fits("MIT/Apache-2.0", {"MIT"})
assert not fits("Apache-2.0 WITH LLVM-exception", {"Apache-2.0"})


# What only tests are made with is not handed on, so its licence binds nobody who gets the program.
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
handed_on, open_ = set(), list(metadata["workspace_members"])
while open_:
    package = open_.pop()
    if package not in handed_on:
        handed_on.add(package)
        needed = nodes[package]["deps"]
        open_ += [one["pkg"] for one in needed if any(kind["kind"] != "dev" for kind in one["dep_kinds"])]


def below(version, limit):
    number = [int(part) for part in re.findall(r"\d+", version.split("-")[0].split("+")[0])]
    return number < [int(part) for part in limit.split(".")]


seen = 0
for package in metadata["packages"]:
    name, version, source = package["name"], package["version"], package["source"]
    if source is None:
        for needed in package["dependencies"]:
            if needed["req"] == "*" and needed.get("path") is None:
                wrong.append(f"{name} takes any version of {needed['name']}")
        continue
    seen += 1
    if not source.startswith(registry):
        wrong.append(f"{name} {version} comes from {source}")
    for ban, *limit in banned:
        if name == ban and (not limit or below(version, limit[0].lstrip("<"))):
            wrong.append(f"{name} {version} is banned by deny.toml")
    licence = package["license"]
    if package["id"] not in handed_on:
        continue
    if not licence:
        wrong.append(f"{name} {version} says nothing of its licence")
    elif not fits(licence, allowed | exceptions.get(name, set())):
        wrong.append(f"{name} {version} is under {licence}")
for package, limit in [("zip", "9"), ("openssl", None)]:
    assert any(one[0] == package for one in banned), "deny.toml is not read as it was meant"
assert seen > 200, f"only {seen} packages were seen"
if wrong:
    raise SystemExit("deny.toml does not allow this:\n  " + "\n  ".join(sorted(wrong)))
print(f"{seen} packages: licences, bans and sources are as deny.toml says")
