//! Runs a command, shows what it says while it says it, and keeps the lines for counting.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result};

/// What a command said, and whether it ended well.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) lines: Vec<String>,
    pub(super) succeeded: bool,
}

/// Runs the command to its end; both of its outputs go to ours.
pub(super) fn run(command: &mut Command) -> Result<Run> {
    println!("    {}", shown(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let lines = thread::scope(|scope| {
        let talk = scope.spawn(|| stderr.map_or_else(Vec::new, echo));
        let mut lines = stdout.map_or_else(Vec::new, echo);
        lines.extend(talk.join().unwrap_or_default());
        lines
    });
    Ok(Run { lines, succeeded: child.wait()?.success() })
}

fn echo(stream: impl Read) -> Vec<String> {
    let mut lines = Vec::new();
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        // A closed output of ours must not stop the tests.
        let _ = writeln!(std::io::stdout(), "{text}");
        lines.push(text);
        line.clear();
    }
    lines
}

fn shown(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_both_outputs_said() {
        let run = run(Command::new("sh").args(["-c", "echo a; echo b >&2; exit 3"])).unwrap();
        assert_eq!(run.lines, ["a", "b"]);
        assert!(!run.succeeded);
    }

    #[test]
    fn says_what_could_not_be_started() {
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(error.to_string().contains("no-such-program-here"));
    }
}
