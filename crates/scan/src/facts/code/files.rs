//! Files that code puts secrets into, and files that it sends: what one script does with a file and another does later.

use super::State;
use super::calls::file_name;
use super::values::Holds;
use crate::code::Call;
use crate::facts::What;
use crate::secrets::Secret;
use crate::urls::Url;

impl State<'_> {
    /// Files that are named where something is sent: another script may have put something into them.
    pub(super) fn files_sent(&mut self, call: &Call<'_>, to: Option<&Url>) {
        let known = call.names().filter_map(|name| {
            let known = self.known.get(name).or_else(|| self.known.get(name.split('.').next().unwrap_or(name)))?;
            known.target.clone().or_else(|| known.text.clone())
        });
        let named = call.texts().map(|(text, _)| text.to_owned());
        let is_file = |text: &String| {
            text.len() < 200 && text.contains(['.', '/']) && !text.contains("://") && !text.contains(' ')
        };
        let names: Vec<String> = known.chain(named).filter(is_file).map(|text| file_name(&text)).collect();
        for name in names.into_iter().filter(|name| name.len() > 2) {
            self.saw(What::SendsFile { name, to: to.cloned() }, call.at);
        }
    }

    /// A secret that goes into a file.
    pub(super) fn keeps(&mut self, call: &Call<'_>, holds: &Holds) {
        let Some(secret) = holds.secret.filter(|secret| *secret != Secret::Variable) else { return };
        let handle = call.name.split('.').next().unwrap_or_default();
        let of_handle = self
            .known
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(handle))
            .and_then(|(_, held)| held.target.clone().or_else(|| held.text.clone()));
        let named =
            call.texts().map(|(text, _)| text.to_owned()).find(|text| text.contains(['.', '/']) && !text.contains(' '));
        if let Some(name) = of_handle.or(named).map(|path| file_name(&path)).filter(|name| name.len() > 2) {
            self.saw(What::Kept { name, secret }, call.at);
        }
    }
}
