//! The text exposition format of Prometheus, version 0.0.4.

use std::fmt::Display;
use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::BOUNDS;
use super::Histogram;

/// What a page of it says it is.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A page that is being written. Writing to a string does not fail.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Begins a metric.
    pub(super) fn head(&mut self, name: &str, kind: &str, help: &str) {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// One value of a metric.
    pub(super) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (number, (label, text)) in labels.iter().enumerate() {
            let before = if number == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{}\"", escaped(text));
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let _ = writeln!(self.0, " {value}");
    }

    /// A metric of one value that goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, "gauge", help);
        self.sample(name, &[], value);
    }

    /// A metric of one value that only goes up.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: &AtomicU64) {
        self.head(name, "counter", help);
        self.sample(name, &[], value.load(Relaxed));
    }

    /// The values of a histogram: how many were at most so long, for each bound.
    pub(super) fn histogram(&mut self, name: &str, labels: &[(&str, &str)], histogram: &Histogram) {
        let bucket = format!("{name}_bucket");
        let mut below = 0;
        let with = |bound: &str, page: &mut Self, number: u64| {
            let labels: Vec<_> = labels.iter().copied().chain([("le", bound)]).collect();
            page.sample(&bucket, &labels, number);
        };
        for (bound, number) in BOUNDS.iter().zip(&histogram.classes) {
            below += number.load(Relaxed);
            with(&bound.to_string(), self, below);
        }
        below += histogram.over.load(Relaxed);
        with("+Inf", self, below);
        let seconds = std::time::Duration::from_nanos(histogram.nanos.load(Relaxed)).as_secs_f64();
        self.sample(&format!("{name}_sum"), labels, seconds);
        self.sample(&format!("{name}_count"), labels, below);
    }

    pub(super) fn end(self) -> String {
        self.0
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_no_syntax() {
        let mut page = Page::default();
        page.head("a_total", "counter", "One line\nand a \\.");
        page.sample("a_total", &[("b", "x\"} 7\na_total 8\\"), ("c", "")], 1);
        let expected = "# HELP a_total One line\\nand a \\\\.\n# TYPE a_total counter\n\
            a_total{b=\"x\\\"} 7\\na_total 8\\\\\",c=\"\"} 1\n";
        assert_eq!(page.end(), expected);
    }
}
