//! What the tests stand on: a sealed home and a drive that can be made to fail.

#[expect(dead_code, reason = "what looks into a database is asked for by the drive's own tests alone")]
#[path = "../../../crates/drive/tests/it/backends.rs"]
mod backends;
#[cfg(unix)]
mod chromium;
mod drive;
mod github;
mod home;
#[cfg(unix)]
mod person;
mod running;
pub(crate) mod schemas;
mod scrub;
#[cfg(unix)]
mod terminal;
#[cfg(target_os = "linux")]
mod tls;

#[cfg(unix)]
pub(crate) use chromium::Chromium;
pub(crate) use drive::Asked;
pub(crate) use drive::Fault;
pub(crate) use drive::TestDrive;
pub(crate) use github::Github;
pub(crate) use home::Home;
pub(crate) use home::Run;
pub(crate) use home::skill_md;
pub(crate) use home::tree;
#[cfg(unix)]
pub(crate) use person::Person;
pub(crate) use running::Running;
#[cfg(unix)]
pub(crate) use terminal::CTRL_C;
#[cfg(unix)]
pub(crate) use terminal::RETURN;
#[cfg(target_os = "linux")]
pub(crate) use tls::Front;
#[cfg(target_os = "linux")]
pub(crate) use tls::Proxy;
#[cfg(target_os = "linux")]
pub(crate) use tls::certificate;

/// Waits for what another process brings about, which nothing tells of.
#[cfg(unix)]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !is_so() {
        assert!(start.elapsed() < drive::SURELY, "{what} takes for ever");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
