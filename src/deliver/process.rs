//! A program on this machine, with bytes for its standard input: no shell, and bounds on its time and output.

use std::ffi::OsStr;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::clean::clean;
use super::parcel::{Refusal, RefusalKind};
use crate::failure::{DeliveryProblem, ProgramEnd};

/// The most bytes that are kept of a program's standard error.
const LONGEST_OUTPUT: usize = 4 << 10;
/// The most characters that are shown of it.
const LONGEST_SHOWN: usize = 300;
/// The time for the rest of a program's words once it has ended: a program that it started may hold the pipe.
const AFTERWORDS: Duration = Duration::from_millis(100);

/// A program to run.
pub(super) struct Program<'a> {
    pub(super) program: &'a OsStr,
    pub(super) arguments: Vec<&'a OsStr>,
    pub(super) input: &'a [u8],
    /// Time limit; the program and those that it started are stopped then.
    pub(super) limit: Duration,
    /// Texts that no problem may repeat.
    pub(super) hidden: &'a [&'a str],
    /// The exit statuses after which another try fails as well.
    pub(super) permanent: &'a [i32],
}

impl Program<'_> {
    /// Runs the program.
    ///
    /// # Errors
    /// A [`Refusal`] where it did not end with status 0. One that was stopped may have done its work.
    pub(super) async fn run(&self) -> Result<(), Refusal> {
        let mut command = Command::new(self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| {
            self.refusal(
                RefusalKind::Permanent,
                ProgramEnd::NotStarted((&error).into()),
            )
        })?;
        let ended = timeout(self.limit, attend(&mut child, self.input)).await;
        let Ok(ended) = ended else {
            stop(&mut child);
            return Err(self.refusal(RefusalKind::Unsure, ProgramEnd::TimedOut(self.limit)));
        };
        let (status, output) = ended.map_err(|error| {
            self.refusal(RefusalKind::Unsure, ProgramEnd::NotStarted((&error).into()))
        })?;
        if status == Some(0) {
            return Ok(());
        }
        let kind = match status {
            Some(status) if self.permanent.contains(&status) => RefusalKind::Permanent,
            // A signal may come after the work is done.
            None => RefusalKind::Unsure,
            Some(_) => RefusalKind::Passing,
        };
        let output = clean(
            &String::from_utf8_lossy(&output),
            self.hidden,
            LONGEST_SHOWN,
        );
        Err(self.refusal(kind, ProgramEnd::Status { status, output }))
    }

    fn refusal(&self, kind: RefusalKind, end: ProgramEnd) -> Refusal {
        let path = std::path::Path::new(self.program);
        let name = path.file_name().unwrap_or(self.program);
        let program = clean(&name.to_string_lossy(), self.hidden, LONGEST_SHOWN);
        Refusal::new(kind, DeliveryProblem::Program { program, end })
    }
}

/// Gives `child` its input, keeps the beginning of its words, and waits for its end. Returns its exit status, or `None`
/// where a signal ended it.
async fn attend(child: &mut Child, input: &[u8]) -> io::Result<(Option<i32>, Vec<u8>)> {
    let stdin = child.stdin.take();
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A program that reads nothing closes the pipe; its status says whether all is well.
            let _ = stdin.write_all(input).await;
            let _ = stdin.shutdown().await;
        }
    };
    let mut stderr = child.stderr.take();
    let mut output = Vec::new();
    let status = {
        let listen = hear(&mut stderr, &mut output);
        let talk = async { tokio::join!(feed, listen) };
        tokio::pin!(talk);
        let mut talking = true;
        loop {
            tokio::select! {
                status = child.wait() => break status?,
                _ = &mut talk, if talking => talking = false,
            }
        }
    };
    let _ = timeout(AFTERWORDS, hear(&mut stderr, &mut output)).await;
    Ok((status.code(), output))
}

/// Reads `source` to its end, and keeps the beginning.
async fn hear(source: &mut Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(source) = source else {
        return;
    };
    let mut part = [0; 1024];
    while let Ok(length @ 1..) = source.read(&mut part).await {
        let room = LONGEST_OUTPUT.saturating_sub(kept.len());
        kept.extend(part.iter().take(length.min(room)));
    }
}

/// Stops `child`, and on unix the programs that it started.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw)
    {
        // The group is gone where the program has ended meanwhile.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // A program that has ended meanwhile cannot be stopped.
    let _ = child.start_kill();
}
