//! What the data directory lies on, and whether a sync there is one.

use super::{Line, system};
use std::path::{Path, PathBuf};

/// Where something is mounted, as `/proc/mounts` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mount {
    at: PathBuf,
    kind: String,
    options: String,
}

const LOCAL: &[&str] =
    &["ext4", "ext3", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "jfs", "nilfs2", "reiserfs"];
const MEMORY: &[&str] = &["tmpfs", "ramfs", "devtmpfs", "rootfs", "squashfs"];
const REMOTE: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "gpfs",
    "ocfs2",
    "gfs2",
    "virtiofs",
    "vboxsf",
    "vmhgfs",
    "drvfs",
    "beegfs",
    "ncpfs",
];

/// Options that take the promise out of a sync.
const UNSAFE: &[&str] = &["nobarrier", "barrier=0", "volatile", "eatmydata", "sync=disabled"];

/// Looks up what `place` lies on.
pub(super) fn check(place: &Path) -> Line {
    let mount = system("/proc/self/mounts").and_then(|text| under(&parse(&text), place).cloned());
    match mount {
        Some(mount) => judge(&mount),
        None => Line::warning(
            "file system",
            "this system does not tell what the directory lies on",
            "see that it is a local disk",
        ),
    }
}

fn parse(text: &str) -> Vec<Mount> {
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?, words.next()?);
        let options = words.next()?.to_owned();
        Some(Mount { at: PathBuf::from(unescaped(at)), kind: kind.to_owned(), options })
    };
    text.lines().filter_map(mount).collect()
}

/// Spaces and the like are written as three octal digits behind a backslash.
fn unescaped(word: &str) -> String {
    let mut pieces = word.split('\\');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if byte.is_ascii() => {
                text.push(char::from(byte));
                text.push_str(piece.get(3..).unwrap_or_default());
            }
            _ => {
                text.push('\\');
                text.push_str(piece);
            }
        }
    }
    text
}

/// The mount that `place` lies on: the deepest one, and of several in one place the last.
fn under<'a>(mounts: &'a [Mount], place: &Path) -> Option<&'a Mount> {
    let above = mounts.iter().filter(|mount| place.starts_with(&mount.at));
    above.max_by_key(|mount| mount.at.components().count())
}

fn judge(mount: &Mount) -> Line {
    const CHECK: &str = "file system";
    let Mount { at, kind, options } = mount;
    let cause = format!("{kind} at `{}`", at.display());
    let has = |option: &&&str| options.split(',').any(|it| it == **option);
    if let Some(option) = UNSAFE.iter().find(has) {
        let cause = format!("{cause}, mounted with {option}: a sync there is none");
        return Line::bad(CHECK, cause, "mount it without that option");
    }
    let is_read_only = options.split(',').any(|option| option == "ro");
    match kind.as_str() {
        _ if is_read_only => {
            let cause = format!("{cause}, mounted to be read only");
            Line::bad(CHECK, cause, "mount it to be written, or name another with --data DIR")
        }
        kind if MEMORY.contains(&kind) => {
            let cause = format!("{cause} is memory: everything is gone with the power");
            Line::bad(CHECK, cause, "keep records on a disk: name a directory there with --data")
        }
        kind if REMOTE.contains(&kind) || kind.starts_with("fuse") => {
            let cause = format!("{cause}: a sync there is what another machine or program says");
            Line::warning(CHECK, cause, "keep the data directory on a local disk")
        }
        "overlay" | "aufs" | "unionfs" => {
            let cause = format!("{cause} is a container's own layer: it goes with the container");
            Line::warning(CHECK, cause, "keep the data directory on a volume")
        }
        kind if LOCAL.contains(&kind) => Line::ok(CHECK, cause),
        _ => Line::warning(
            CHECK,
            format!("{cause} is not known here"),
            "find out whether a sync there survives a power cut",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    const MOUNTS: &str = "\
/dev/vda / ext4 rw,relatime,discard 0 0
proc /proc proc rw,nosuid 0 0
tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0
/dev/sdb1 /srv/my\\040disk xfs rw,noatime 0 0
/dev/sdc1 /old ext4 rw,nobarrier 0 0
server:/vol /net nfs4 rw,vers=4.2 0 0
overlay /box overlay rw,lowerdir=/a,upperdir=/b 0 0
overlay /fast overlay rw,upperdir=/b,volatile 0 0
host /shared 9p rw,trans=virtio 0 0
sshfs /far fuse.sshfs rw 0 0
/dev/sdd1 /cd ext4 ro,relatime 0 0
thing /odd whatfs rw 0 0
tmpfs /srv tmpfs rw 0 0
/dev/sde1 /srv ext4 rw 0 0
";

    fn of(place: &str) -> (String, State) {
        let mounts = parse(MOUNTS);
        let mount = under(&mounts, Path::new(place)).unwrap();
        (mount.kind.clone(), judge(mount).state)
    }

    #[test]
    fn what_a_directory_lies_on_is_found_and_judged() {
        for (place, kind, state) in [
            ("/var/lib/pugmark", "ext4", State::Ok),
            ("/srv/my disk/pugmark", "xfs", State::Ok),
            ("/dev/shm/x", "tmpfs", State::Bad),
            ("/old/x", "ext4", State::Bad),
            ("/net", "nfs4", State::Warning),
            ("/box/x", "overlay", State::Warning),
            ("/fast/x", "overlay", State::Bad),
            ("/shared/x", "9p", State::Warning),
            ("/far/x", "fuse.sshfs", State::Warning),
            ("/cd/x", "ext4", State::Bad),
            ("/odd/x", "whatfs", State::Warning),
            // The later mount hides the earlier one.
            ("/srv/x", "ext4", State::Ok),
            ("/olden/x", "ext4", State::Ok),
        ] {
            assert_eq!(of(place), (kind.to_owned(), state), "{place}");
        }
    }

    #[test]
    fn names_are_unescaped_and_odd_lines_left_out() {
        assert_eq!(unescaped("a\\040b\\134c\\9"), "a b\\c\\9");
        assert_eq!(parse("one two\n\n"), []);
    }
}
