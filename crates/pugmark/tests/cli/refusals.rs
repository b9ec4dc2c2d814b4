//! What cannot be done is said clearly: the cause, what was tried, the next step.

use crate::home::{Done, Home, text};
use crate::logs;
use crate::server::Server;

fn clear(done: &Done, code: i32, words: &[&str]) {
    assert_eq!(done.code, code, "{done:?}");
    for word in ["pugmark: ", "tried: ", "next:  "].iter().chain(words) {
        assert!(done.err.contains(word), "{word} not in {done:?}");
    }
}

#[test]
fn a_second_server_on_the_same_directory() {
    let home = Home::new();
    let first = Server::start(&home, &[]);
    let second = home.run(&["up", "--listen", "127.0.0.1:0"]);
    clear(&second, 1, &["in use", &first.address.to_string(), "--data"]);
    assert_eq!(first.get("/healthz").status, 200);
}

#[test]
fn a_port_that_is_taken() {
    let home = Home::new();
    let first = Server::start(&home, &[]);
    let other = home.path("other");
    let listen = first.address.to_string();
    let second = home.run(&["up", "--data", text(&other), "--listen", &listen]);
    clear(&second, 1, &["cannot listen", &listen]);
}

#[test]
fn beyond_loopback_only_with_tls() {
    let home = Home::new();
    clear(&home.run(&["up", "--listen", "0.0.0.0:0"]), 2, &["TLS", "--tls-cert"]);
    let dev = home.run(&["up", "--dev", "--listen", "[::]:0"]);
    clear(&dev, 2, &["--dev", "loopback"]);
    assert!(!home.data().exists(), "nothing is made before the settings are good");
}

#[test]
fn a_directory_nobody_may_use() {
    let home = Home::new();
    logs::write(&home);
    let file = home.write("file", "in the way");
    let below = file.join("data");
    let done = home.run(&["import", "logs", "--data", text(&below)]);
    clear(&done, 1, &[text(&below)]);

    let locked = home.path("locked");
    std::fs::create_dir(&locked).unwrap();
    let mut mode = std::fs::metadata(&locked).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o000);
    std::fs::set_permissions(&locked, mode.clone()).unwrap();
    // The superuser may do everything; for it there is nothing to see here.
    if std::fs::read_dir(&locked).is_err() {
        for args in [&["import", "logs"][..], &["events"], &["up", "--listen", "127.0.0.1:0"]] {
            let done = home.run(&[args, &["--data", text(&locked)]].concat());
            clear(&done, 1, &[text(&locked), "ermission"]);
        }
    }
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o700);
    std::fs::set_permissions(&locked, mode).unwrap();
}

#[test]
fn a_question_where_there_is_nothing() {
    let home = Home::new();
    clear(&home.run(&["events"]), 1, &["nothing to ask", "pugmark import"]);
    assert!(!home.data().exists(), "asking makes no lake");
}

#[test]
fn exports_before_there_is_a_key() {
    let home = Home::new();
    clear(&home.run(&["env"]), 1, &["no key", "pugmark up"]);
}

#[test]
fn a_configuration_that_is_wrong() {
    let home = Home::new();
    for (config, word) in [
        ("version = 1\nlisen = \"x\"", "lisen"),
        ("version = 7", "version 7"),
        ("version = 1\nlisten = \"0.0.0.0:1\"", "TLS"),
    ] {
        let file = home.write("config.toml", config);
        let done = home.run(&["config", "check", "--config", text(&file)]);
        clear(&done, 2, &[word]);
    }
    let gone = home.run(&["config", "check", "--config", "gone.toml"]);
    clear(&gone, 2, &["gone.toml"]);
    let file = home.write("config.toml", "version = 1\nlog = \"a=b=c\"");
    clear(&home.run(&["status", "--config", text(&file)]), 2, &["log filter"]);
}

#[test]
fn the_configuration_is_layered() {
    let home = Home::new();
    let file = home.write("config.toml", "version = 1\nlisten = \"127.0.0.1:1\"\nlog = \"warn\"");
    let print = |flags: &[&str], variable: Option<&str>| {
        let args = [&["config", "print", "--config", text(&file)], flags].concat();
        let mut command = home.command(&args);
        if let Some(listen) = variable {
            command.env("PUGMARK_LISTEN", listen);
        }
        Done::from(command.output().unwrap()).out
    };
    assert!(print(&[], None).contains("listen = \"127.0.0.1:1\""));
    assert!(print(&[], Some("127.0.0.1:2")).contains("listen = \"127.0.0.1:2\""));
    let flag = print(&["--listen", "127.0.0.1:3"], Some("127.0.0.1:2"));
    assert!(flag.contains("listen = \"127.0.0.1:3\"") && flag.contains("log = \"warn\""), "{flag}");
}

#[test]
fn a_wrong_command_line() {
    let home = Home::new();
    for args in [&[][..], &["no-such-command"], &["events", "--since", "yesterday"]] {
        assert_eq!(home.run(args).code, 2, "{args:?}");
    }
    assert!(home.answer(&["version"]).starts_with("pugmark "));
}

#[test]
fn a_directory_of_a_newer_pugmark() {
    let home = Home::new();
    logs::write(&home);
    assert_eq!(home.import("logs").code, 0);
    let stamp = home.data().join("directory.json");
    let text = std::fs::read_to_string(&stamp).unwrap();
    assert!(text.contains("\"format\":1"), "{text}");
    std::fs::write(&stamp, text.replace("\"format\":1", "\"format\":3")).unwrap();
    for args in [&["events"][..], &["import", "logs"], &["up", "--listen", "127.0.0.1:0"]] {
        clear(&home.run(args), 1, &["format 3", "newer pugmark"]);
    }
    std::fs::write(&stamp, text).unwrap();
    assert_eq!(home.answer(&["events"]).lines().count(), 5);
}
