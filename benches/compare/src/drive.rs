//! The drive that is measured against: the program's own, on the loopback, with every skill of the corpus published and in
//! its owner's drive.

use std::error::Error;
use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Stdio;

use crate::measure::Run;

/// A drive that runs until it is dropped.
pub(crate) struct Drive {
    child: Child,
    /// Its address.
    pub(crate) url: String,
    /// Its owner's key.
    pub(crate) key: String,
    _said: BufReader<ChildStdout>,
}

impl Drop for Drive {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Publishes the skills in a new drive and starts it.
///
/// # Errors
/// When a skill is refused or the drive does not start.
pub(crate) fn start(program: &Path, folder: &Path, skills: &[PathBuf]) -> Result<Drive, Box<dyn Error>> {
    let data = folder.join("data");
    let home = folder.join("operator");
    std::fs::create_dir_all(&home)?;
    let serve = |more: &[&str]| Run {
        argv: [&program.display().to_string(), "serve", "--data", &data.display().to_string()]
            .into_iter()
            .chain(more.iter().copied())
            .map(str::to_owned)
            .collect(),
        env: environment(&home, None),
        folder: home.clone(),
        also: Vec::new(),
    };
    for skill in skills {
        serve(&["publish", &skill.display().to_string()]).output()?;
    }
    let run = serve(&["--listen", "127.0.0.1:0"]);
    let mut child = Command::new(program)
        .args(&run.argv[1..])
        .env_clear()
        .envs(run.env)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().ok_or("the drive has no output")?);
    let (mut url, mut key) = (String::new(), String::new());
    said.read_line(&mut url)?;
    said.read_line(&mut key)?;
    let (url, key) = (url.trim().to_owned(), key.trim().to_owned());
    if !key.starts_with("sk_live_") {
        let _ = child.kill();
        return Err(format!("the drive did not start: `{url}`, `{key}`").into());
    }
    Ok(Drive { child, url, key, _said: said })
}

/// The whole environment of a run: a home, a path, and the server where one is meant.
pub(crate) fn environment(home: &Path, server: Option<&str>) -> Vec<(String, String)> {
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let mut env = vec![
        ("PATH".to_owned(), path.to_owned()),
        ("HOME".to_owned(), home.display().to_string()),
        ("SKILLZDRIVE_CREDENTIAL_STORE".to_owned(), "file".to_owned()),
        ("DISABLE_TELEMETRY".to_owned(), "1".to_owned()),
        ("DO_NOT_TRACK".to_owned(), "1".to_owned()),
        ("NO_COLOR".to_owned(), "1".to_owned()),
    ];
    env.extend(server.map(|url| ("SKILLZDRIVE_SERVER".to_owned(), url.to_owned())));
    env
}
