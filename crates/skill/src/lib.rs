//! placeholder
/// stub
#[derive(Debug)]
pub struct SkillError;
impl std::fmt::Display for SkillError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("x")
    }
}
impl std::error::Error for SkillError {}
impl SkillError {
    pub fn is_io(&self) -> bool {
        false
    }
    pub fn code(&self) -> &'static str {
        "x"
    }
}
