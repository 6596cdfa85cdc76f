//! The program while it runs: its lines as they come, signals, and its end.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::process::Child;
use std::process::Output;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use super::Home;
use super::Run;

/// The longest that a test waits for something that must happen.
const SURELY: Duration = Duration::from_secs(60);

/// A running process of the program. Dropping it kills it.
pub(crate) struct Running<'a> {
    home: &'a Home,
    child: Child,
    lines: mpsc::Receiver<String>,
    stderr: mpsc::Receiver<Vec<u8>>,
    stdout: String,
}

impl Home {
    /// Starts the program and lets it run.
    pub(crate) fn start(&self, args: &[&str]) -> Running<'_> {
        let mut command = self.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let (tell, stderr) = mpsc::channel();
        let mut pipe = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            let _ = tell.send(bytes);
        });
        Running { home: self, child, lines, stderr, stdout: String::new() }
    }
}

impl Running<'_> {
    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line on stdout.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let line = self.lines.recv_timeout(SURELY).expect("the program says nothing more");
        self.stdout.push_str(&line);
        self.stdout.push('\n');
        line
    }

    /// Sends a signal, such as `INT`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }

    /// Sends a signal again and again until it ends: two that come together may arrive as one.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn end_by_repeating(mut self, signal: rustix::process::Signal) -> Run {
        let start = std::time::Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < SURELY, "the program does not end");
            self.signal(signal);
            std::thread::yield_now();
        }
        self.end()
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Run {
        let stderr = self.stderr.recv_timeout(SURELY).expect("the program does not end");
        let status = self.child.wait().unwrap();
        while let Ok(line) = self.lines.recv_timeout(SURELY) {
            self.stdout.push_str(&line);
            self.stdout.push('\n');
        }
        self.home.finish(&Output { status, stdout: std::mem::take(&mut self.stdout).into_bytes(), stderr })
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
