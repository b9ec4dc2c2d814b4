//! `pugmark up`: the server.

use crate::cli::UpArgs;
use crate::clock;
use crate::complaint::{Complaint, Exit};
use crate::config::Settings;
use crate::credentials::{self, Credentials};
use crate::demo;
use crate::directory::{self, Directory};
use crate::endpoint::Endpoint;
use crate::interrupt::Stop;
use crate::key_file;
use crate::open_files;
use crate::remedy;
use crate::serve::{self, Mode, Server, Tls};
use crate::talk::{quoted, say};
use crate::worker_command;
use engine::Engine;
use faces::{DevMode, Door, DoorSettings};
use model::{AccountId, Timestamp};
use std::path::Path;

/// Tasks that run before the sockets are looked at again. With the runtime's usual 61, whoever
/// calls in the midst of a flood is not seen before so many steps of the flood are done.
const TASKS_A_LOOK: u32 = 8;

/// Serves until asked to stop.
pub(crate) fn run(args: &UpArgs, settings: &Settings) -> Result<Exit, Complaint> {
    let tls = settings.tls.as_ref().map(Tls::read).transpose()?;
    let directory = open(args, settings)?;
    // A server that was killed left word of where it was.
    Endpoint::remove(&settings.data);
    if args.demo {
        tell_story(args, &directory.engine, &settings.data)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_name("serve")
        .event_interval(TASKS_A_LOOK)
        .enable_all()
        .build()
        .map_err(|error| unable("starting the server's threads", &error))?;
    let engine = directory.engine.clone();
    let served = runtime.block_on(serve(args, settings, tls, &directory));
    // Whatever still runs holds the engine; it is waited for no longer than it takes to see.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    Endpoint::remove(&settings.data);
    engine.close();
    served.map(|()| Exit::Ok)
}

fn open(args: &UpArgs, settings: &Settings) -> Result<Directory, Complaint> {
    let data = &settings.data;
    let engine = engine::Settings {
        account: settings.account.clone(),
        dev: settings.dev,
        root_key: key_file::root_key(settings)?,
        encrypt: settings.encrypt,
        read_ahead: true,
        delivery_interval_ms: settings.delivery_interval.ms(),
        digest_interval_ms: settings.digest_interval.ms(),
        tail_bytes: settings.capacity.tail_bytes(),
        cache_bytes: settings.capacity.cache_bytes(),
        lifecycle_interval_ms: settings.lifecycle_interval.ms(),
        worker: worker_command::itself(),
        outside: Some(settings.outside_buckets.open()?),
        ..engine::Settings::default()
    };
    directory::open(data, args.tune.apply(engine)).map_err(|closed| closed.complaint(data))
}

async fn serve(
    args: &UpArgs,
    settings: &Settings,
    tls: Option<Tls>,
    directory: &Directory,
) -> Result<(), Complaint> {
    let data = &settings.data;
    let listener = serve::bind(settings.listen).map_err(|error| {
        let tried = format!("listening on {}", settings.listen);
        let next = "stop what listens there, or choose another --listen ADDRESS; port 0 is free";
        Complaint::failed(format!("cannot listen: {error}"), tried, next)
    })?;
    let address = listener.local_addr().map_err(|error| unable("asking for the port", &error))?;
    let endpoint = Endpoint::of(address, tls.is_some());
    endpoint
        .write(data, tls.as_ref().map(|tls| &tls.certificate))
        .map_err(|error| unable("writing the file `endpoint` in the data directory", &error))?;
    let stop = Stop::listen().map_err(|error| unable("listening for signals", &error))?;
    let door = Door::new(
        directory.engine.clone(),
        DoorSettings {
            dev: settings.dev.then(|| DevMode::for_loopback(address)).flatten(),
            extended: settings.extended,
            emulate_limits: settings.emulate_limits,
        },
    );
    let server = Server {
        listener,
        tls,
        door,
        engine: directory.engine.clone(),
        proxies: settings.trusted_proxies.clone(),
        mode: mode(args, settings),
        endpoint,
        capacity: settings.capacity.within(open_files::raise()),
    };
    greet(args, settings, directory.new_key.as_ref());
    say(format!("listening on {endpoint}"));
    directory.engine.warm_up();
    server.run(stop.asked()).await;
    Ok(())
}

fn mode(args: &UpArgs, settings: &Settings) -> Mode {
    match (settings.dev, args.demo) {
        (true, _) => Mode::Dev,
        (false, true) => Mode::Demo,
        (false, false) => Mode::Secure,
    }
}

fn unable(what: &str, error: &std::io::Error) -> Complaint {
    let next = remedy::of(error);
    let next = next.unwrap_or("free what the system lacks, then run the command again");
    Complaint::failed(format!("the system refuses: {error}"), what, next)
}

/// Everything a person needs next. The key is shown once and kept in a file.
fn greet(args: &UpArgs, settings: &Settings, new_key: Option<&Credentials>) {
    let data = &settings.data;
    if let Some(key) = new_key {
        say("the administrator's key, shown this once:");
        say(format!("AWS_ACCESS_KEY_ID={}", key.id));
        say(format!("AWS_SECRET_ACCESS_KEY={}", key.secret));
        say(format!("it is kept in {}", credentials::path(data).display()));
    } else {
        say(format!("the administrator's key is kept in {}", credentials::path(data).display()));
    }
    if settings.dev {
        say("--dev: any access key is accepted; twelve digits name the account");
    }
    let quoted = quoted(&data.to_string_lossy());
    say(format!("in another shell: eval \"$(pugmark env --data {quoted})\""));
    if args.demo {
        say("then ask:");
        for question in demo::QUESTIONS {
            say(format!("  {question}"));
        }
    }
}

/// Fills an empty lake with the story. One that holds records already is left as it is.
fn tell_story(args: &UpArgs, engine: &Engine, data: &Path) -> Result<(), Complaint> {
    if engine.status().records > 0 {
        return Ok(());
    }
    say("filling the lake with the story of a leaked key");
    let now = clock::now();
    let at = args.demo_at.as_ref().and_then(|at| at.at(now)).unwrap_or(now);
    let story = demo::Story::new(at.seconds(), demo::SEED);
    let records = story.records().filter_map(owned);
    let import = engine
        .import_records("demo", records)
        .map_err(|error| directory::complaint(&error, data))?;
    say(told(import.added, import.times));
    Ok(())
}

fn owned((owner, json): (&'static str, String)) -> Option<(AccountId, Vec<u8>)> {
    Some((AccountId::parse(owner)?, json.into_bytes()))
}

fn told(added: u64, times: Option<(Timestamp, Timestamp)>) -> String {
    let count = crate::talk::count(added, "record");
    match times {
        Some((oldest, newest)) => format!("{count} from {oldest} to {newest}"),
        None => count,
    }
}
