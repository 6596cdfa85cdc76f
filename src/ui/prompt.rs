//! Questions with more answers than yes and no. None of them ever hangs: without a person to ask, the error names the
//! flag that answers.

use std::fmt::Display;
use std::io::BufRead as _;

use inquire::ui::Color;
use inquire::ui::ErrorMessageRenderConfig;
use inquire::ui::RenderConfig;
use inquire::ui::StyleSheet;
use inquire::ui::Styled;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::signals::Question;
use crate::ui::Ui;
use crate::ui::clean;
use crate::ui::clean::Shown;
use crate::ui::plain;
use crate::ui::prompt_error;

impl Ui {
    /// Asks for one of several. `flag` is what answers without a person, such as `--agent NAME`.
    ///
    /// # Errors
    /// Exit 2 when there is nobody to ask, 130 on ctrl-c.
    pub(crate) fn select<T: Display>(&self, question: &str, options: Vec<T>, flag: &str) -> Result<T> {
        self.someone(question, flag)?;
        let question = self.asked(question);
        let mut options: Vec<_> = options.into_iter().map(Shown).collect();
        if self.plain {
            let at = self.undisturbed(|| plain::select(&question, &lines_of(&options)))?;
            return Ok(options.swap_remove(at).0);
        }
        self.undisturbed(|| inquire::Select::new(&question, options).with_render_config(self.look()).prompt())
            .map(|chosen| chosen.0)
    }

    /// Asks for any number of several; those whose place in the list is in `chosen` are chosen at first.
    ///
    /// # Errors
    /// As [`Ui::select`].
    pub(crate) fn multi_select<T: Display>(
        &self,
        question: &str,
        options: Vec<T>,
        chosen: &[usize],
        flag: &str,
    ) -> Result<Vec<T>> {
        self.someone(question, flag)?;
        let question = self.asked(question);
        let options: Vec<_> = options.into_iter().map(Shown).collect();
        if self.plain {
            let places = self.undisturbed(|| plain::multi_select(&question, &lines_of(&options), chosen))?;
            let chosen = options.into_iter().enumerate().filter(|(at, _)| places.contains(at));
            return Ok(chosen.map(|(_, option)| option.0).collect());
        }
        // The answer is said by its number: the names with their places would fill the screen once more.
        let of = options.len();
        let summary = |chosen: &[inquire::list_option::ListOption<&Shown<T>>]| format!("{} of {of}", chosen.len());
        let prompt = || {
            inquire::MultiSelect::new(&question, options)
                .with_render_config(self.look())
                .with_default(chosen)
                .with_formatter(&summary)
                .prompt()
        };
        Ok(self.undisturbed(prompt)?.into_iter().map(|chosen| chosen.0).collect())
    }

    /// Asks for a line of text.
    ///
    /// # Errors
    /// As [`Ui::select`].
    pub(crate) fn text(&self, question: &str, default: Option<&str>, flag: &str) -> Result<String> {
        self.someone(question, flag)?;
        let question = self.asked(question);
        if self.plain {
            return self.undisturbed(|| plain::text(&question, default));
        }
        let mut text = inquire::Text::new(&question).with_render_config(self.look());
        if let Some(default) = default {
            text = text.with_default(default);
        }
        self.undisturbed(|| text.prompt())
    }

    /// Asks for a secret; nothing of it is shown.
    ///
    /// # Errors
    /// As [`Ui::select`].
    pub(crate) fn password(&self, question: &str, flag: &str) -> Result<String> {
        self.someone(question, flag)?;
        self.undisturbed(|| {
            inquire::Password::new(question)
                .with_render_config(self.look())
                .with_display_mode(inquire::PasswordDisplayMode::Hidden)
                .without_confirmation()
                .prompt()
        })
    }

    /// Asks for lines while something else goes on; they come through the channel, which ends with the input. Nothing
    /// can take the reading back: it ends with the process.
    ///
    /// # Errors
    /// As [`Ui::select`].
    pub(crate) fn lines(&self, question: &str, flag: &str) -> Result<UnboundedReceiver<String>> {
        self.someone(question, flag)?;
        self.say(clean::line(question));
        let (tell, lines) = tokio::sync::mpsc::unbounded_channel();
        let read = move || {
            let stdin = std::io::stdin().lock();
            let _ = stdin.lines().map_while(std::io::Result::ok).try_for_each(|line| tell.send(line));
        };
        std::thread::Builder::new()
            .name("lines".to_owned())
            .spawn(read)
            .map_err(|e| Error::new(Kind::Failure, "could not start a thread").source(e))?;
        Ok(lines)
    }

    /// How a question looks. The colours are those that a theme has for its own background: the bright ones cannot be read
    /// on a light one. What is chosen and where one stands is said by signs.
    pub(super) fn look(&self) -> RenderConfig<'static> {
        if !self.is_coloured() {
            return RenderConfig::empty();
        }
        let (accent, done) = (StyleSheet::new().with_fg(Color::DarkCyan), StyleSheet::new().with_fg(Color::DarkGreen));
        RenderConfig::default_colored()
            .with_prompt_prefix(Styled::new("?").with_style_sheet(done))
            .with_answered_prompt_prefix(Styled::new(">").with_style_sheet(done))
            .with_highlighted_option_prefix(Styled::new(">").with_style_sheet(accent))
            .with_selected_checkbox(Styled::new("[x]").with_style_sheet(done))
            .with_selected_option(Some(accent))
            .with_answer(accent)
            .with_help_message(accent)
            .with_default_value(StyleSheet::empty())
            .with_error_message(
                ErrorMessageRenderConfig::empty()
                    .with_prefix(Styled::new("#").with_fg(Color::DarkRed))
                    .with_message(StyleSheet::new().with_fg(Color::DarkRed)),
            )
    }

    fn someone(&self, question: &str, flag: &str) -> Result<()> {
        if self.is_interactive() {
            return Ok(());
        }
        Err(Error::usage(format!("an answer is needed and there is nobody to ask: {question}"))
            .code("answer_needed")
            .hint(format!("answer with {flag}")))
    }

    /// Asks while no bar is drawn over the question.
    pub(super) fn undisturbed<T>(&self, ask: impl FnOnce() -> Result<T, inquire::InquireError>) -> Result<T> {
        let _open = Question::open(if self.plain { plain::end_line } else { give_back_terminal });
        self.slot().suspend(ask).map_err(|e| prompt_error(&e))
    }
}

fn lines_of<T: Display>(options: &[Shown<T>]) -> Vec<String> {
    options.iter().map(ToString::to_string).collect()
}

/// Typed keys are shown again, and so is the cursor.
fn give_back_terminal() {
    let _ = crossterm::terminal::disable_raw_mode();
    let _ = crossterm::execute!(std::io::stderr(), crossterm::cursor::Show, crossterm::style::Print("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::GlobalArgs;

    #[test]
    fn nobody_to_ask_is_an_error_that_names_the_flag() {
        let ui = Ui::new(&GlobalArgs::for_errors(false));
        let errors = [
            ui.select("which?", vec!["a", "b"], "--agent NAME").unwrap_err(),
            ui.multi_select("which?", vec!["a", "b"], &[0], "--agent NAME").unwrap_err(),
            ui.text("which?", None, "--agent NAME").unwrap_err(),
            ui.password("which?", "--agent NAME").unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), Kind::Usage);
            assert_eq!(error.code_str(), "answer_needed");
            assert!(error.message().ends_with("which?"));
            assert_eq!(error.hints(), ["answer with --agent NAME"]);
        }
    }
}
