//! What the system knows of this process, by the names that Prometheus's own libraries give it. Where the system does not
//! tell in Linux's way there is only how long it runs.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use super::text::Page;

/// Writes it down.
pub(super) fn write(page: &mut Page, age: Duration) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let help = "When the drive was opened, in seconds since 1970.";
    page.gauge("process_start_time_seconds", help, now.saturating_sub(age).as_secs());
    #[cfg(target_os = "linux")]
    linux::write(page);
}

#[cfg(target_os = "linux")]
mod linux {
    use super::Page;

    pub(super) fn write(page: &mut Page) {
        if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
            let of = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
                line.trim().trim_end_matches(" kB").parse::<u64>().ok()
            };
            let sizes = [
                ("process_resident_memory_bytes", "VmRSS", "Memory that is in use."),
                ("process_resident_memory_max_bytes", "VmHWM", "The most memory that was in use."),
                ("process_virtual_memory_bytes", "VmSize", "Addresses that are in use."),
            ];
            for (name, line, help) in sizes {
                if let Some(kilobytes) = of(line) {
                    page.gauge(name, help, kilobytes << 10);
                }
            }
            if let Some(threads) = of("Threads") {
                page.gauge("process_threads", "Threads.", threads);
            }
        }
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        page.head("process_cpu_seconds_total", "counter", "Time of processors that was used.");
        let seconds = time.tv_sec as f64 + time.tv_nsec as f64 / 1e9;
        page.sample("process_cpu_seconds_total", &[], seconds);
        if let Ok(entries) = std::fs::read_dir("/proc/self/fd") {
            page.gauge("process_open_fds", "Open files and connections.", entries.count());
        }
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        if let Some(most) = limit.current {
            page.gauge("process_max_fds", "How many there may be.", most);
        }
    }
}
