//! A key that a person has: read from a file, from standard input or at a hidden prompt. It is never an argument, because
//! other users could see it there.

use std::io::IsTerminal as _;
use std::io::Read as _;
use std::path::Path;

use skillzdrive_wire::ApiKey;

use crate::context::Context;
use crate::error::Error;
use crate::error::Result;

/// A key is a line; more than this is something else.
const LONGEST: u64 = 8 * 1024;

/// Reads a key from a file; one that others can read is warned of.
///
/// # Errors
/// When it cannot be read; exit 2 when there is no key in it.
pub(crate) async fn from_file(ctx: &Context, path: &Path) -> Result<ApiKey> {
    warn_if_shared(ctx, path)?;
    let open = {
        let path = path.to_path_buf();
        move || std::fs::File::open(path)
    };
    some_key(&read_line(open, path).await?, path)
}

/// Reads a key from standard input; on a terminal it is asked for.
///
/// # Errors
/// As [`from_file`].
pub(crate) async fn from_stdin(ctx: &Context) -> Result<ApiKey> {
    if !std::io::stdin().is_terminal() {
        let name = Path::new("standard input");
        return some_key(&read_line(|| Ok(std::io::stdin()), name).await?, name);
    }
    if !ctx.ui.is_interactive() {
        return Err(Error::usage("there is nobody to ask for the key")
            .code("answer_needed")
            .hint("skillzdrive login --with-token < FILE, or --key-file FILE"));
    }
    from_prompt(ctx)
}

/// Asks a person for a key; nothing of it is shown.
///
/// # Errors
/// Exit 2 when there is nobody to ask or no key was typed, 130 on ctrl-c.
pub(crate) fn from_prompt(ctx: &Context) -> Result<ApiKey> {
    Ok(ApiKey::new(&ctx.ui.password("API key:", "--with-token")?)?)
}

/// No key at all is a mistake in the command, not a wrong key.
fn some_key(text: &str, from: &Path) -> Result<ApiKey> {
    if text.trim().is_empty() {
        return Err(Error::usage(format!("there is no key in {}", from.display()))
            .code("no_key_given")
            .hint("skillzdrive login --with-token < FILE, or --key-file FILE"));
    }
    Ok(ApiKey::new(text)?)
}

/// The key is taken all the same: it is theirs to give.
fn warn_if_shared(ctx: &Context, path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(|e| Error::io("read", path, e))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            ctx.ui
                .warn(format_args!("others can read `{}` (mode {mode:o}): chmod 600 it, or delete it", path.display()));
        }
    }
    #[cfg(not(unix))]
    let _ = (ctx, path);
    Ok(())
}

/// Reads in a thread that nobody waits for: whoever gives up on a pipe that brings nothing ends the program.
async fn read_line<R: std::io::Read>(
    open: impl FnOnce() -> std::io::Result<R> + Send + 'static,
    path: &Path,
) -> Result<String> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let read = move || {
        let mut text = String::new();
        let read = open().and_then(|from| from.take(LONGEST).read_to_string(&mut text)).map(|_| text);
        let _ = tell.send(read);
    };
    std::thread::Builder::new()
        .name("key".to_owned())
        .spawn(read)
        .map_err(|e| Error::io("read the key from", path, e))?;
    let read = told.await.map_err(|e| Error::internal("the reading of the key broke off").source(e))?;
    read.map_err(|e| Error::io("read the key from", path, e))
}
