//! What is different on a terminal.

use crate::home::Home;
use crate::logs;
use std::process::Command;

/// Runs the binary on a terminal of 120 columns and gives what it shows. The terminal is Python's:
/// the same interpreter that the tests with unmodified clients need.
fn shown(home: &Home, args: &[&str]) -> String {
    const TERMINAL: &str = "\
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    size = struct.pack('HHHH', 40, 120, 0, 0)
    fcntl.ioctl(1, termios.TIOCSWINSZ, size)
    os.execv(sys.argv[1], sys.argv[1:])
shown = b''
while True:
    try:
        more = os.read(terminal, 65536)
    except OSError:
        break
    if not more:
        break
    shown += more
os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
";
    let it = home.command(args);
    let mut python = Command::new("python3");
    python.args(["-c", TERMINAL]).arg(it.get_program()).args(args);
    let path = std::env::var_os("PATH").unwrap_or_default();
    python.env_clear().env("PATH", path).env("TERM", "xterm");
    python.current_dir(it.get_current_dir().unwrap());
    for (name, value) in it.get_envs() {
        python.env(name, value.unwrap());
    }
    let output = python.output().expect("python3 gives the tests a terminal");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
}

#[test]
fn answers_are_tables_that_fit() {
    let home = Home::new();
    logs::write(&home);
    let imported = shown(&home, &["import", "logs"]);
    assert!(imported.contains("added") && imported.contains("5 records"), "{imported}");
    let table = shown(&home, &["events", "--failed"]);
    assert!(table.starts_with("time"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 120), "{table}");
    // Ids are there to be copied.
    assert!(table.contains("22222222-0000-4000-8000-000000000002"), "{table}");
}

#[test]
fn a_record_is_laid_out_and_cannot_act() {
    let home = Home::new();
    let hostile = logs::CREATE_USER.replace("aws-cli/2", "\u{9b}31m\u{202e}");
    home.write("logs/a.json", &logs::file(&[hostile]));
    home.import("logs");
    for form in ["table", "json", "ndjson"] {
        let page = shown(&home, &["event", logs::CREATE_USER_ID, "-o", form]);
        assert!(page.contains("\\u009b31m\\u202e"), "{form}: {page}");
        assert!(!page.contains('\u{9b}') && !page.contains('\u{202e}'), "{form}: {page}");
    }
}

#[test]
fn the_log_is_written_to_a_terminal_too() {
    let home = Home::new();
    logs::write(&home);
    let page = shown(&home, &["open", "logs", "--log", "debug"]);
    assert!(page.contains("mallory 3"), "{page}");
}
