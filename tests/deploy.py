"""What the files of deploy/ name is there: flags of `serve`, variables, metrics; and the dashboard is what
Grafana takes. Called by tests/deploy.sh with its folder, in which `help` is the help of `serve` and `said` tells
where a drive serves."""

import json
import re
import sys
import urllib.request
from pathlib import Path

import yaml

work = Path(sys.argv[1])
deploy = Path("deploy")
known = set(re.findall(r"--[a-z][a-z-]+", (work / "help").read_text()))
assert {"--listen", "--env-file", "--metrics", "--drain-delay"} <= known, sorted(known)


def flags(name, words):
    """Every flag among the words is one of `serve`, and none is given what is secret."""
    words = [word for word in words if word.startswith("--")]
    assert words, f"{name} gives no flags"
    for word in words:
        assert word.split("=")[0] in known, f"{name}: `serve` has no {word}"
        assert not re.search(r"://[^/@]*:[^/@]*@", word), f"{name}: {word} holds a password"
    return {word.split("=")[0] for word in words}


# ------------------------------------------------------------------- compose

compose = yaml.safe_load((deploy / "compose/compose.yaml").read_text())
services = compose["services"]
flags("compose", services["drive"]["command"])
for name, service in services.items():
    assert "no-new-privileges:true" in service["security_opt"], name
    assert not service.get("privileged"), name
    assert name == "proxy" or "ports" not in service, f"{name} is open to the network"
    for secret in service.get("secrets", []):
        assert secret in compose["secrets"], f"{name}: {secret}"
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        there = source in compose["volumes"] or (deploy / "compose" / source).exists()
        assert there, f"{name}: {source}"
for variable in re.findall(r"\$\{([A-Z_]+)", (deploy / "compose/compose.yaml").read_text()):
    assert f"{variable}=" in (deploy / "compose/example.env").read_text(), variable

# ----------------------------------------------------------------- Kubernetes

kinds = {}
for one in yaml.safe_load_all((deploy / "kubernetes/skillzdrive.yaml").read_text()):
    kinds[one["kind"]] = one
pod = kinds["Deployment"]["spec"]["template"]["spec"]
container = pod["containers"][0]
given = flags("Kubernetes", container["args"])
assert "--drain-delay" in given and "--signing-key" in given
seconds = {arg.split("=")[0]: arg.split("=")[1] for arg in container["args"] if "=" in arg}
asked = int(seconds["--drain-delay"]) + int(seconds["--drain-timeout"])
assert pod["terminationGracePeriodSeconds"] > asked, "the pod is killed while it drains"
assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
context = container["securityContext"]
assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"]
assert context["capabilities"] == {"drop": ["ALL"]} and pod["securityContext"]["runAsNonRoot"]
labels = kinds["Deployment"]["spec"]["template"]["metadata"]["labels"]
for kind in ["PodDisruptionBudget", "NetworkPolicy"]:
    spec = kinds[kind]["spec"]
    selector = spec.get("selector") or spec["podSelector"]
    assert selector["matchLabels"] == labels, kind
assert kinds["Service"]["spec"]["selector"] == labels
files = set(yaml.safe_load((deploy / "kubernetes/secret.example.yaml").read_text())["stringData"])
for arg in container["args"]:
    if "/etc/skillzdrive/" in arg:
        assert arg.split("/etc/skillzdrive/")[1] in files, arg

# -------------------------------------------------------------------- systemd

unit = (deploy / "systemd/skillzdrive.service").read_text()
start = unit.split("ExecStart=")[1].split("\nEnvironment")[0]
flags("systemd", start.replace("\\\n", " ").split())
for credential in re.findall(r"%d/([a-z.]+)", start):
    assert f"LoadCredential={credential}:" in unit, credential

# ------------------------------------------------------------------ variables

settings = Path("docs/settings.md").read_text()
texts = [
    (deploy / "compose/drive.env.example").read_text(),
    (deploy / "kubernetes/secret.example.yaml").read_text(),
]
variables = {name for text in texts for name in re.findall(r"^\s*([A-Z][A-Z_]+)=", text, re.MULTILINE)}
assert "SKILLZDRIVE_DATABASE" in variables
for name in variables:
    assert f"`{name}`" in settings, f"docs/settings.md does not know {name}"

# -------------------------------------------------------------------- metrics

text = ""
with open(work / "said") as said:
    for line in said:
        text += line
        if line.rstrip() == "}":
            break
told = json.loads(text)["data"]
for path in ["/marketplace.json", "/api/v1/skills?q=x", "/healthz"]:
    urllib.request.urlopen(told["address"] + path).read()
metrics = told["metrics"] if told["metrics"].startswith("http") else f"http://{told['metrics']}"
page = urllib.request.urlopen(metrics.rstrip("/").removesuffix("/metrics") + "/metrics").read().decode()
types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))
assert len(types) > 15, page


def named(where, expression):
    for name in re.findall(r"\b((?:skillzdrive|process)_[a-z_]+)", expression):
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        assert types.get(name) or types.get(base) == "histogram", f"{where}: there is no metric {name}"
        rates = types.get(name) == "counter" or types.get(base) == "histogram"
        within = re.search(rf"(rate|increase)\({name}\b", expression)
        assert bool(within) == rates, f"{where}: {name} is a {types.get(name) or 'histogram'}: {expression}"


for group in yaml.safe_load((deploy / "prometheus/rules.yml").read_text())["groups"]:
    for rule in group["rules"]:
        named(rule["alert"], rule["expr"])
dashboard = json.loads((deploy / "grafana/dashboard.json").read_text())
ids, places = set(), set()
for panel in dashboard["panels"]:
    assert panel["type"] in {"timeseries", "stat"} and panel["title"] and panel["targets"]
    grid = panel["gridPos"]
    assert grid["x"] + grid["w"] <= 24 and (grid["x"], grid["y"]) not in places, panel["title"]
    assert panel["id"] not in ids
    ids.add(panel["id"])
    places.add((grid["x"], grid["y"]))
    for target in panel["targets"]:
        named(panel["title"], target["expr"].replace("[$__rate_interval]", "[5m]"))
        assert target["datasource"]["uid"] == "${datasource}"
for variable in dashboard["templating"]["list"]:
    assert variable["type"] in {"datasource", "query"}
print(f"{len(known)} flags known, {len(variables)} variables, {len(types)} metrics, {len(ids)} panels")
