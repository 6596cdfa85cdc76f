//! What a real browser makes of the drive's pages. Each test here is ignored, because it needs Chromium and its driver:
//! `tests/browser.sh` installs both and runs everything below this module.

mod login;
mod pictures;
mod upload;
