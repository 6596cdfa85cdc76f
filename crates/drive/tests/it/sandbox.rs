//! Scripts in the sandbox. These tests need bubblewrap and the right to make user namespaces; `tests/sandbox.sh` brings
//! the one, says so when the other is missing, and runs them as root and as a plain user.

use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::Publishing;
use skillzdrive_drive::SandboxLimits;

use crate::fixture::MINUTE;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::skill_of;
use crate::fixture::until;

const NEEDS: &str = "the sandbox did not start";

/// A drive with a skill `box` of these scripts.
async fn drive(cost: u64, scripts: &[(&str, &str)], change: impl FnOnce(&mut SandboxLimits)) -> Server {
    let server = Server::with(|config| change(&mut config.sandbox)).await;
    let head = [("SKILL.md", "---\nname: box\ndescription: A box\n---\n")];
    let files: Vec<(String, &str)> = head
        .iter()
        .map(|(path, text)| ((*path).to_owned(), *text))
        .chain(scripts.iter().map(|(name, text)| (format!("scripts/{name}"), *text)))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    server.publish_at(cost, &files).await;
    server
}

impl Server {
    async fn run(&self, script: &str, more: Value) -> Reply {
        let mut body = json!({ "skillSlug": "box", "scriptName": script });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post("/api/v1/runs", body).await
    }

    /// What a shell script of these lines answers.
    async fn sh(&self, lines: &str) -> Value {
        self.run("sh", json!({ "stdin": lines })).await.data(200)
    }
}

/// A shell that does what it reads.
const SH: (&str, &str) = ("sh", "#!/bin/sh\nexec sh -s\n");

fn out(answer: &Value) -> &str {
    answer["stdout"].as_str().unwrap_or_else(|| panic!("{NEEDS}: {answer}")).trim_end()
}

/// The processes of this machine whose words hold a text.
fn processes(words: &str) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).filter(|line| line.contains(words)).collect()
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn a_script_gets_its_words_and_answers_with_its_own() {
    let show = "#!/bin/sh\nfor a in \"$@\"; do printf '[%s]' \"$a\"; done\necho; cat\necho to-stderr >&2\nexit 7\n";
    let server =
        drive(2, &[("show.sh", show), SH, ("bytes.py", "import sys\nsys.stdout.buffer.write(b'a\\xffb')\n")], |_| {})
            .await;
    let args = json!(["input.pdf", "--json", "", "a b", "$(id)", "ä\n"]);
    let answer = server.run("show.sh", json!({ "args": args, "stdin": "fed\n" })).await.data(200);
    assert_eq!(answer["stdout"], "[input.pdf][--json][][a b][$(id)][ä\n]\nfed\n");
    assert_eq!((&answer["stderr"], &answer["exit_code"]), (&json!("to-stderr\n"), &json!(7)));
    assert_eq!((&answer["creditCost"], &answer["creditsRemaining"]), (&json!(2), &json!(998)));
    assert!(answer["sessionId"].is_string() && answer["duration_ms"].is_u64() && answer.get("stopped").is_none());

    assert_eq!(server.run("bytes.py", json!({})).await.data(200)["stdout"], "a\u{fffd}b", "by its name's end");
    assert_eq!(server.sh("kill -TERM $$").await["exit_code"], 128 + 15);
    assert_eq!(server.sh("kill -SEGV $$").await["exit_code"], 128 + 11);
    assert_eq!(server.sh("no-such-program").await["exit_code"], 127);
    assert_eq!(out(&server.sh("pwd; ls; id -u; echo $HOME").await), "/skill\nSKILL.md\nscripts\n1000\n/tmp");
    // Who does not read what it is given is no error.
    let deaf = server.run("show.sh", json!({ "args": [], "stdin": "x".repeat(3 << 20) })).await.data(200);
    assert_eq!(deaf["stopped"], "output");
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn a_script_cannot_reach_out() {
    let server = drive(0, &[SH, ("net.py", NET), ("calls.py", CALLS)], |_| {}).await;
    let data = server.home.path().join("data").display().to_string();
    // The data folder, by its path and by looking for it.
    let seen = server.sh(&format!("ls '{data}' || echo none; find / -name drive.sqlite -o -name signing.key")).await;
    assert_eq!(out(&seen), "none", "{seen}");
    assert!(!seen.to_string().contains("skillzdrive-sandbox"), "{seen}");
    // The environment, its own and that of every process it sees.
    let env = server.sh("cat /proc/*/environ | tr '\\0' '\\n' | cut -d= -f1 | sort -u | tr '\\n' ' '").await;
    assert_eq!(out(&env), "HOME LANG PATH PWD TMPDIR USER", "{env}");
    // The processes: its own, and bubblewrap's. None of them is the drive.
    let seen = server.sh("ls -d /proc/[0-9]* | wc -l; cat /proc/*/cmdline | tr '\\0' ' '").await;
    let count: u32 = out(&seen).lines().next().unwrap().parse().unwrap();
    assert!(count <= 8, "{seen}");
    let own = std::env::current_exe().unwrap();
    assert!(!out(&seen).contains(own.file_name().unwrap().to_str().unwrap()), "{seen}");
    for way in
        ["/proc/1/root/etc/shadow", "/proc/self/root/../../etc/shadow", "/etc/shadow", "/root", "/home", "/sys", "/run"]
    {
        assert_eq!(
            out(&server.sh(&format!("ls {way} >/dev/null 2>&1 && echo seen || echo none")).await),
            "none",
            "{way}"
        );
    }
    // Rights: none, none to be got, and no namespaces of its own.
    let rights = server.sh("grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs)' /proc/self/status | tr -d '\\t'").await;
    let zero = "0000000000000000";
    let expected = format!("CapInh:{zero}\nCapPrm:{zero}\nCapEff:{zero}\nCapBnd:{zero}\nCapAmb:{zero}\nNoNewPrivs:1");
    assert_eq!(out(&rights), expected);
    assert_eq!(out(&server.sh("unshare -U true 2>/dev/null && echo made || echo none").await), "none");
    // Nor the keyrings of whoever started the drive, and what else the filter refuses.
    let calls = server.run("calls.py", json!({})).await.data(200);
    assert_eq!(out(&calls), "1 1 1\nSeccomp:\t2", "{calls}");
    // Only its folder and what is in memory can be written to.
    for place in ["/", "/usr", "/etc", "/dev", "/bin", "/var", "/proc"] {
        assert_eq!(
            out(&server.sh(&format!("(: > {place}/x) 2>/dev/null && echo made || echo none")).await),
            "none",
            "{place}"
        );
    }
    for place in ["/skill", "/tmp", "/dev/shm"] {
        assert_eq!(out(&server.sh(&format!(": > {place}/x && echo made")).await), "made", "{place}");
    }
    // The network: neither this machine nor another.
    let port = server.url.rsplit(':').next().unwrap();
    let net = server.run("net.py", json!({ "args": [port] })).await.data(200);
    assert_eq!(out(&net), "none\nnone\nnone\nlo", "{net}");
}

/// The error numbers of `keyctl`, `bpf` and `io_uring_setup`.
const CALLS: &str = r"
import ctypes, os, platform
keyctl, bpf = (250, 321) if platform.machine() == 'x86_64' else (219, 280)
libc = ctypes.CDLL(None, use_errno=True)
said = []
for call in (keyctl, bpf, 425):
    libc.syscall(call, 0, 0, 0, 0, 0)
    said.append(str(ctypes.get_errno()))
print(' '.join(said))
print([line for line in open('/proc/self/status') if line.startswith('Seccomp:')][0].strip())
";

const NET: &str = r"
import socket, sys
for family, address in [(socket.AF_INET, ('127.0.0.1', int(sys.argv[1]))), (socket.AF_INET, ('1.1.1.1', 53)), (socket.AF_INET6, ('::1', int(sys.argv[1])))]:
    try:
        socket.socket(family).connect(address)
        print('reached', address)
    except OSError:
        print('none')
print(' '.join(name for _, name in socket.if_nameindex()))
";

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn time_ends_a_script_and_all_that_it_began() {
    let server = drive(1, &[SH], |limits| limits.seconds = 1).await;
    let answer =
        server.sh("echo begun; (trap '' TERM HUP; setsid sleep 98761) & nohup sleep 98762 & sleep 98763").await;
    assert_eq!((&answer["exit_code"], &answer["stopped"], out(&answer)), (&json!(124), &json!("time"), "begun"));
    assert!(answer["duration_ms"].as_u64().unwrap() >= 1_000);
    assert_eq!(processes("sleep 9876"), [""; 0]);
    assert_eq!(server.balance().await, 999, "a run that began is paid");
    // What goes on in the background ends with the script, and does not hold the answer.
    let answer = server.sh("sleep 98764 & echo done").await;
    assert_eq!((&answer["exit_code"], out(&answer)), (&json!(0), "done"));
    until("the processes are gone", async || processes("sleep 98764").is_empty()).await;
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn a_fork_bomb_stays_small() {
    let server = drive(0, &[SH], |limits| {
        limits.seconds = 2;
        limits.processes = 20;
    })
    .await;
    let counted =
        server.sh("for i in 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5; do sleep 98765 & done; wait").await;
    assert!(counted["stderr"].as_str().unwrap().contains("fork"), "{counted}");
    let bomb = server.sh("f() { f | f & }; f; sleep 98766").await;
    assert!(bomb["exit_code"] != 0, "{bomb}");
    until("the bomb is gone", async || processes("sleep 9876").is_empty() && processes("sh -s").is_empty()).await;
    assert_eq!(out(&server.sh("echo well").await), "well");
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn memory_output_and_disk_have_an_end() {
    let eat = "import sys, time\nx = bytearray(int(sys.argv[1]) << 20)\nprint('eaten', flush=True)\ntime.sleep(30)\n";
    let many = "#!/bin/sh\nfor i in 1 2 3 4 5; do python3 scripts/eat.py 50 & done\nwait\n";
    let server = drive(0, &[SH, ("eat.py", eat), ("many.sh", many)], |limits| {
        limits.memory_bytes = 128 << 20;
        limits.output_bytes = 10_000;
        limits.file_bytes = 8 << 20;
        limits.disk_bytes = 16 << 20;
        limits.temp_bytes = 4 << 20;
    })
    .await;
    let one = server.run("eat.py", json!({ "args": ["500"] })).await.data(200);
    assert!(one["exit_code"] != 0 && !out(&one).contains("eaten"), "{one}");
    let together = server.run("many.sh", json!({})).await.data(200);
    assert_eq!((&together["exit_code"], &together["stopped"]), (&json!(137), &json!("memory")), "{together}");

    let flood = server.sh("yes; echo never").await;
    assert_eq!((&flood["exit_code"], &flood["stopped"]), (&json!(137), &json!("output")));
    assert_eq!(flood["stdout"].as_str().unwrap().len(), 10_000);
    let flood = server.sh("yes >&2").await;
    assert_eq!((flood["stderr"].as_str().unwrap().len(), &flood["stopped"]), (10_000, &json!("output")));

    let file = server.sh("head -c 20000000 /dev/zero > big; wc -c < big").await;
    assert_eq!(out(&file), "8388608", "{file}");
    for place in ["/tmp", "/dev/shm"] {
        let full = server.sh(&format!("head -c 6000000 /dev/zero > {place}/x || echo full")).await;
        assert_eq!(out(&full), "full", "{place}: {full}");
    }
    let fill = "i=0; while :; do i=$((i+1)); head -c 4000000 /dev/urandom > f$i; done";
    let answer = server.run("sh", json!({ "stdin": fill, "reuseSession": true })).await.data(200);
    assert_eq!((&answer["exit_code"], &answer["stopped"]), (&json!(137), &json!("disk")), "{answer}");
    let again = json!({ "stdin": "ls", "sessionId": answer["sessionId"] });
    server.run("sh", again).await.refused(404, "session_not_found");
    let hide = "mkdir d; cd d; head -c 4000000 /dev/urandom > f; chmod 0 .; sleep 3";
    let hidden = server.sh(hide).await;
    assert!(hidden["exit_code"] == 0 || hidden["stopped"] == "disk", "{hidden}");
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn a_session_keeps_its_folder_for_its_owner() {
    let server = drive(0, &[SH], |_| {}).await;
    let other = server.drive.create_account("ann").await.unwrap();
    let go = |stdin: &str, id: &Value, reuse: bool| json!({ "stdin": stdin, "sessionId": id, "reuseSession": reuse });
    let none = Value::Null;
    // Without being asked for, nothing is kept.
    let fresh = server.run("sh", go("echo one > note", &none, false)).await.data(200);
    server.run("sh", go("cat note", &fresh["sessionId"], false)).await.refused(404, "session_not_found");

    let kept = server.run("sh", go("echo two > note; echo three > scripts/new", &none, true)).await.data(200);
    let id = &kept["sessionId"];
    assert_eq!(out(&server.run("sh", go("cat note; echo x > /tmp/x", id, false)).await.data(200)), "two");
    let reused = server.run("sh", go("cat note /tmp/x", &none, true)).await.data(200);
    assert_eq!((out(&reused), &reused["sessionId"]), ("two", id), "the open one is gone on in; /tmp is each run's own");
    assert_eq!(
        out(&server.run("sh", go("ls", &none, false)).await.data(200)),
        "SKILL.md\nscripts",
        "else all is fresh"
    );
    // What a script changed of itself holds inside, and does not decide what is a script.
    server.run("new", go("", id, false)).await.refused(404, "script_not_found");
    // A slice of the account is somebody else, and two slices are two, whatever they hold.
    server.post("/api/v1/drive/import", json!({ "skillSlug": "box" })).await.data(201);
    let slices = [server.collection("one", &["box"]).await, server.collection("two", &["box"]).await];
    let kept_by = async |key: &str, id: &Value| {
        let body = json!({ "skillSlug": "box", "scriptName": "sh", "stdin": "cat note; echo of a slice > note",
                           "sessionId": id, "reuseSession": true });
        server.post_as(key, "/api/v1/runs", body).await
    };
    let of_slice = kept_by(&slices[0], &none).await.data(200);
    assert_eq!(out(&of_slice), "", "it is a fresh folder");
    assert_eq!(out(&kept_by(&slices[0], &none).await.data(200)), "of a slice");
    assert_eq!(out(&kept_by(&slices[1], &none).await.data(200)), "");
    kept_by(&slices[1], &of_slice["sessionId"]).await.refused(404, "session_not_found");
    kept_by(&slices[0], id).await.refused(404, "session_not_found");
    // Another account, a name out of the air, a path.
    let body = json!({ "skillSlug": "box", "scriptName": "sh", "sessionId": id });
    server.post_as(other.expose(), "/api/v1/runs", body).await.refused(404, "session_not_found");
    for name in ["", "../etc", "0123"] {
        server.run("sh", go("ls", &json!(name), true)).await.refused(404, "session_not_found");
    }
    // Five minutes after the last run it is over.
    server.advance(4 * MINUTE);
    assert_eq!(out(&server.run("sh", go("cat note", id, false)).await.data(200)), "two");
    server.advance(5 * MINUTE);
    server.run("sh", go("cat note", id, false)).await.refused(404, "session_not_found");
    assert_eq!(server.get("/api/v1/account/credits").await.data(200)["monthly_skill_calls"], 9);
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn a_session_of_one_collection_is_not_anothers() {
    let server = drive(0, &[SH], |_| {}).await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "box" })).await.data(201);
    let mut keys = vec![server.key.clone()];
    for name in ["ann", "bob"] {
        let made = server.post("/api/v1/collections", json!({ "name": name, "skillSlugs": ["box"] })).await.data(201);
        keys.push(made["apiKey"].as_str().unwrap().to_owned());
    }
    let body = |more: Value| {
        let mut body = json!({ "skillSlug": "box", "scriptName": "sh", "stdin": "ls", "reuseSession": true });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let note = body(json!({ "stdin": "echo secret > note" }));
    for (own, key) in keys.iter().enumerate() {
        let id = server.post_as(key, "/api/v1/runs", note.clone()).await.data(200)["sessionId"].clone();
        for (other, key) in keys.iter().enumerate() {
            let named = server.post_as(key, "/api/v1/runs", body(json!({ "sessionId": id }))).await;
            if own == other {
                assert!(out(&named.data(200)).contains("note"));
            } else {
                named.refused(404, "session_not_found");
            }
        }
    }
    let fresh = server.post("/api/v1/collections", json!({ "name": "eve", "skillSlugs": ["box"] })).await.data(201);
    let eve = server.post_as(fresh["apiKey"].as_str().unwrap(), "/api/v1/runs", body(json!({}))).await.data(200);
    assert_eq!(out(&eve), "SKILL.md\nscripts", "nobody's open session but one's own is gone on in");
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn sessions_are_few_and_a_new_version_is_another_skill() {
    let folder = open_folder();
    let server = drive(0, &[SH], |limits| {
        limits.sessions = 6;
        limits.folder = Some(folder.path().to_owned());
    })
    .await;
    let kept = || {
        let homes = std::fs::read_dir(folder.path()).unwrap().flatten();
        let inside = homes.flat_map(|home| std::fs::read_dir(home.path()).unwrap().flatten());
        inside.filter(|entry| entry.file_name().len() == 64).count()
    };
    // Each of another account, because an idle one of one's own would be gone on in.
    let mut first = None;
    for n in 0..9 {
        let key = server.drive.create_account(&format!("a{n}")).await.unwrap();
        let body = json!({ "skillSlug": "box", "scriptName": "sh", "reuseSession": true });
        let answer = server.post_as(key.expose(), "/api/v1/runs", body).await.data(200);
        first.get_or_insert((key, answer["sessionId"].clone()));
        server.advance(1);
        assert!(kept() <= 6, "{}", kept());
    }
    assert_eq!(kept(), 6);
    let (key, id) = first.unwrap();
    let body = json!({ "skillSlug": "box", "scriptName": "sh", "sessionId": id });
    server.post_as(key.expose(), "/api/v1/runs", body).await.refused(404, "session_not_found");
    // One account keeps four, however many it asks for at once.
    let body = json!({ "stdin": "sleep 0.3", "reuseSession": true });
    let all = (0..8).map(|_| server.run("sh", body.clone()));
    let mut ids: Vec<Value> =
        futures_util::future::join_all(all).await.iter().map(|reply| reply.data(200)["sessionId"].clone()).collect();
    ids.sort_by_key(Value::to_string);
    ids.dedup();
    assert!((2..=4).contains(&ids.len()), "{ids:?}");

    let kept_one = server.run("sh", json!({ "reuseSession": true })).await.data(200);
    let files = [("SKILL.md", "---\nname: box\ndescription: A new box\n---\n"), ("scripts/sh", SH.1)];
    server.drive.publish(skill_of(&files), Publishing::default()).await.unwrap();
    let again = json!({ "sessionId": kept_one["sessionId"] });
    server.run("sh", again).await.refused(404, "session_not_found");
    server.advance(5 * MINUTE);
    server.run("sh", json!({})).await.data(200);
    assert_eq!(kept(), 0, "what is over is removed");
}

/// A folder that the users of sessions can enter.
fn open_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn fifty_parallel_charges_never_spend_more_than_there_is() {
    let server = drive(7, &[("quick", "#!/bin/sh\n:\n")], |limits| limits.runs_at_once = 8).await;
    for n in 0..10 {
        server.publish(&format!("skill-{n}"), "x").await;
    }
    // 100 left: fourteen runs of 7, or fewer of them and imports of 1.
    let key = server.drive.create_account("ann").await.unwrap();
    let key = key.expose();
    let preview = |slug: &str| json!({ "skillSlug": slug });
    let run = json!({ "skillSlug": "box", "scriptName": "quick" });
    while balance(&server, key).await > 100 {
        let left = (balance(&server, key).await - 100) / 7;
        let some = (0..left.clamp(1, 32)).map(|_| server.post_as(key, "/api/v1/runs", run.clone()));
        for reply in futures_util::future::join_all(some).await {
            reply.data(200);
        }
    }
    let before = balance(&server, key).await;
    let runs = (0..40).map(|_| server.post_as(key, "/api/v1/runs", run.clone()));
    let slugs: Vec<String> = (0..10).map(|n| format!("skill-{n}")).collect();
    let imports = slugs.iter().map(|slug| server.post_as(key, "/api/v1/drive/import", preview(slug)));
    let (runs, imports) = tokio::join!(futures_util::future::join_all(runs), futures_util::future::join_all(imports));
    let mut spent = 0;
    for (replies, cost) in [(runs, 7), (imports, 1)] {
        for reply in replies {
            match reply.status {
                200 | 201 => spent += cost,
                _ => reply.refused(402, "insufficient_credits"),
            }
        }
    }
    let after = balance(&server, key).await;
    assert_eq!(before - after, spent);
    assert!((0..7).contains(&after), "as much as possible was spent, and no more: {after}");
    assert_eq!(sum_of_transactions(&server, "ann"), after, "every charge is a row");
}

async fn balance(server: &Server, key: &str) -> i64 {
    let get = server.request(reqwest::Method::GET, "/api/v1/account/credits").bearer_auth(key);
    server.send(get).await.data(200)["balance"].as_i64().unwrap()
}

/// What the rows of an account add up to, read from the database itself.
fn sum_of_transactions(server: &Server, account: &str) -> i64 {
    let sql = format!(
        "select sum(amount) from credit_transactions where user_id = (select id from users where name = '{account}')"
    );
    let script = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])";
    let file = server.home.path().join("data/drive.sqlite");
    let said = std::process::Command::new("python3").args(["-c", script]).arg(file).arg(sql).output().unwrap();
    String::from_utf8_lossy(&said.stdout).trim().parse().unwrap()
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn a_run_is_paid_once_and_counted_and_one_that_did_not_begin_is_neither() {
    let server = drive(400, &[SH], |_| {}).await;
    assert_eq!(server.sh("exit 3").await["creditsRemaining"], 600, "also one that failed");
    let newest = server.get("/api/v1/account/credits").await.data(200);
    let row = &newest["transactions"][0];
    assert_eq!((&row["amount"], &row["reason"], &row["slug"]), (&json!(-400), &json!("run"), &json!("box")));
    assert_eq!(newest["monthly_skill_calls"], 1);
    server.run("sh", json!({ "sessionId": "none" })).await.refused(404, "session_not_found");
    server.sh(":").await;
    server.run("sh", json!({})).await.refused(402, "insufficient_credits");
    assert_eq!(server.balance().await, 200);
    assert_eq!(server.get("/api/v1/account/credits").await.data(200)["monthly_skill_calls"], 2);
    server.drive.set_price(&"box".parse().unwrap(), 0).await.unwrap();
    assert_eq!(server.sh(":").await["creditCost"], 0);

    // bubblewrap that cannot make a sandbox: here, because it is something else.
    let broken = drive(5, &[SH], |limits| limits.program = Some("/bin/false".into())).await;
    broken.run("sh", json!({})).await.refused(503, "unavailable");
    assert_eq!(broken.balance().await, 1_000);
    assert_eq!(broken.get("/api/v1/account/credits").await.data(200)["monthly_skill_calls"], 0);
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn the_months_runs_end_with_the_tiers_limit() {
    let server = drive(0, &[SH], |_| {}).await;
    let key = server.drive.create_account("ann").await.unwrap();
    server.drive.put_tier(&skillzdrive_drive::Tier { name: "tiny".to_owned(), monthly_calls: Some(2) }).await.unwrap();
    server.drive.set_tier("ann", "tiny").await.unwrap();
    let run = || server.post_as(key.expose(), "/api/v1/runs", json!({ "skillSlug": "box", "scriptName": "sh" }));
    let replies = futures_util::future::join_all((0..6).map(|_| run())).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 2);
    run().await.refused(402, "quota_exceeded");
    server.advance(31 * crate::fixture::DAY);
    run().await.data(200);
    server.drive.set_role("ann", "admin").await.unwrap();
    for _ in 0..3 {
        run().await.data(200);
    }
}

#[tokio::test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
async fn a_caller_who_goes_away_takes_the_script_along() {
    let server = drive(5, &[SH], |_| {}).await;
    let body = json!({ "skillSlug": "box", "scriptName": "sh", "stdin": "sleep 98767" });
    let request = server.request(reqwest::Method::POST, "/api/v1/runs").bearer_auth(&server.key).json(&body);
    let waiting = tokio::spawn(request.send());
    until("it began", async || !processes("sleep 98767").is_empty()).await;
    waiting.abort();
    until("it ended", async || processes("sleep 98767").is_empty()).await;
    // The balance says so while the price is only held back.
    let credits = async || server.get("/api/v1/account/credits").await.data(200);
    until("the price is taken", async || credits().await["transactions"][0]["reason"] == "run").await;
    let newest = credits().await;
    assert_eq!((&newest["balance"], &newest["transactions"][0]["reason"]), (&json!(995), &json!("run")));
}
