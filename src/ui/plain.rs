//! Questions for a terminal that nothing can be drawn on anew, and for people to whom it is read: each is a few lines, and
//! the answer is a line too.

use std::io;
use std::io::Write as _;

use inquire::InquireError;

/// A line that was typed, without its end.
///
/// # Errors
/// A cancelled question, when the input ends.
fn line(prompt: &str) -> Result<String, InquireError> {
    {
        // Let go again before the wait: who ends the program at a signal writes there too.
        let mut err = io::stderr().lock();
        write!(err, "{prompt} ")?;
        err.flush()?;
    }
    let mut text = String::new();
    if io::stdin().read_line(&mut text)? == 0 {
        return Err(InquireError::OperationCanceled);
    }
    Ok(text.trim().to_owned())
}

fn list(question: &str, options: &[String]) -> Result<(), InquireError> {
    let mut err = io::stderr().lock();
    writeln!(err, "{question}")?;
    for (at, option) in options.iter().enumerate() {
        writeln!(err, "{}. {option}", at + 1)?;
    }
    Ok(())
}

/// Ends the line that a signal broke off.
pub(super) fn end_line() {
    let _ = io::stderr().lock().write_all(b"\n");
}

/// Yes or no.
pub(super) fn confirm(question: &str, default: bool) -> Result<bool, InquireError> {
    let prompt = format!("{question} Type yes or no; return means {}:", if default { "yes" } else { "no" });
    loop {
        match line(&prompt)?.to_lowercase().as_str() {
            "" => return Ok(default),
            "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => {}
        }
    }
}

/// The place of one of several.
pub(super) fn select(question: &str, options: &[String]) -> Result<usize, InquireError> {
    list(question, options)?;
    let prompt = format!("Type a number from 1 to {}; return means 1:", options.len());
    loop {
        let text = line(&prompt)?;
        if let Some(at) = number(&text, options.len()) {
            return Ok(at);
        }
        if text.is_empty() {
            return Ok(0);
        }
    }
}

/// The places of any number of several.
pub(super) fn multi_select(question: &str, options: &[String], chosen: &[usize]) -> Result<Vec<usize>, InquireError> {
    list(question, options)?;
    let now: Vec<String> = chosen.iter().map(|at| (at + 1).to_string()).collect();
    let now = match now.len() {
        0 => "none".to_owned(),
        all if all == options.len() => "all".to_owned(),
        _ => now.join(" "),
    };
    let prompt = format!("Type numbers with blanks between them, all or none; return means {now}:");
    loop {
        if let Some(places) = numbers(&line(&prompt)?, options.len(), chosen) {
            return Ok(places);
        }
    }
}

/// A line of text.
pub(super) fn text(question: &str, default: Option<&str>) -> Result<String, InquireError> {
    let prompt = match default {
        Some(default) => format!("{question} Return means {default}:"),
        None => question.to_owned(),
    };
    let text = line(&prompt)?;
    Ok(if text.is_empty() { default.unwrap_or_default().to_owned() } else { text })
}

fn number(text: &str, of: usize) -> Option<usize> {
    text.parse::<usize>().ok().filter(|number| (1..=of).contains(number)).map(|number| number - 1)
}

/// `None` for what is no answer.
fn numbers(text: &str, of: usize, chosen: &[usize]) -> Option<Vec<usize>> {
    match text {
        "" => return Some(chosen.to_vec()),
        "all" => return Some((0..of).collect()),
        "none" => return Some(Vec::new()),
        _ => {}
    }
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let mut places = words.map(|word| number(word, of)).collect::<Option<Vec<_>>>()?;
    places.sort_unstable();
    places.dedup();
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(numbers("3, 1 1", 3, &[]), Some(vec![0, 2]));
        assert_eq!(numbers("", 3, &[1]), Some(vec![1]));
        assert_eq!(numbers("all", 2, &[]), Some(vec![0, 1]));
        assert_eq!(numbers("none", 2, &[0]), Some(Vec::new()));
        for wrong in ["0", "4", "x", "1 x", "-1", "1-2"] {
            assert_eq!(numbers(wrong, 3, &[]), None, "{wrong}");
        }
    }
}
