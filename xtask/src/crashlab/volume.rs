//! A disk of the lab's own: ext4 in a file, whose power can be cut; or a small one that runs full.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::clock::Stopwatch;
use crate::tool;

/// The ioctl EXT4_IOC_SHUTDOWN with the flag NOLOGFLUSH: from now on nothing reaches the disk, not
/// even the file system's own journal. What was not synced is gone.
const SHUTDOWN: &str = "import fcntl, os, struct, sys, time\n\
     disk = os.open(sys.argv[1], os.O_RDONLY)\n\
     before = time.time()\n\
     fcntl.ioctl(disk, 0x8004587d, struct.pack('I', 2))\n\
     print(int(before * 1e6))\n";
/// How long a process may take to let go of its files.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(10);

/// A mounted disk; it is unmounted when dropped.
#[derive(Debug)]
pub(super) struct Volume {
    image: Option<PathBuf>,
    point: PathBuf,
    is_mounted: bool,
    cut_us: AtomicU64,
}

impl Volume {
    /// An ext4 of its own, in a file beside its mount point.
    pub(super) fn ext4(room: &Path, name: &str, megabytes: u64) -> Result<Self> {
        tool::need_root()?;
        let mkfs = tool::need("mkfs.ext4")?;
        tool::need("python3")?;
        let (image, point) = (room.join(format!("{name}.img")), room.join(name));
        let file =
            File::create(&image).with_context(|| format!("cannot write `{}`", image.display()))?;
        file.set_len(megabytes << 20)?;
        tool::run(Command::new(mkfs).args(["-q", "-F", "-m", "0"]).arg(&image))?;
        fs::create_dir_all(&point)?;
        let mut volume =
            Self { image: Some(image), point, is_mounted: false, cut_us: AtomicU64::new(0) };
        volume.mount()?;
        Ok(volume)
    }

    /// A small disk in memory, for where loop devices are not permitted.
    pub(super) fn memory(room: &Path, name: &str, megabytes: u64) -> Result<Self> {
        tool::need_root()?;
        let point = room.join(name);
        fs::create_dir_all(&point)?;
        let size = format!("size={megabytes}m");
        let words = ["-t", "tmpfs", "-o", &size, "tmpfs"];
        tool::run(Command::new("mount").args(words).arg(&point))?;
        Ok(Self { image: None, point, is_mounted: true, cut_us: AtomicU64::new(0) })
    }

    /// Where it is mounted.
    pub(super) fn path(&self) -> &Path {
        &self.point
    }

    fn mount(&mut self) -> Result<()> {
        let Some(image) = &self.image else {
            bail!("a disk in memory does not outlive its power");
        };
        let words = ["-o", "loop"];
        tool::run(Command::new("mount").args(words).arg(image).arg(&self.point))?;
        self.is_mounted = true;
        Ok(())
    }

    /// The power goes: whatever was not synced is lost. The disk answers with errors from now on.
    pub(super) fn cut(&self) -> Result<()> {
        let told = tool::output(Command::new("python3").args(["-c", SHUTDOWN]).arg(&self.point))
            .context("the power of the disk cannot be cut")?;
        let began_us = told.trim().parse().context("the cut told no time")?;
        self.cut_us.store(began_us, Ordering::Relaxed);
        Ok(())
    }

    /// The last cut was made while nobody wrote: nothing told can have been told during it.
    pub(super) fn is_exact(&self) {
        self.cut_us.store(u64::MAX, Ordering::Relaxed);
    }

    /// When the last cut began, in microseconds since 1970; zero before the first.
    pub(super) fn cut_us(&self) -> u64 {
        self.cut_us.load(Ordering::Relaxed)
    }

    /// The power comes back, when nobody uses the disk any more: mounting replays its journal.
    pub(super) fn restore(&mut self) -> Result<()> {
        let watch = Stopwatch::start();
        while let Err(error) = tool::run(Command::new("umount").arg(&self.point)) {
            if watch.elapsed() > PATIENCE {
                return Err(error.context("somebody still uses the disk"));
            }
            thread::sleep(POLL);
        }
        self.is_mounted = false;
        self.mount()
    }

    /// Bytes that can still be written.
    fn room_bytes(&self) -> Result<u64> {
        let words = ["--output=avail", "-B1"];
        let told = tool::output(Command::new("df").args(words).arg(&self.point))?;
        let number = told.lines().nth(1).and_then(|line| line.trim().parse().ok());
        number.with_context(|| format!("`df` told no number: {told}"))
    }

    /// Fills the disk but for so many bytes.
    pub(super) fn fill(&self, left_bytes: u64) -> Result<()> {
        let path = self.ballast();
        let mut ballast = File::options().create(true).append(true).open(&path)?;
        let bytes = self.room_bytes()?.saturating_sub(left_bytes);
        let block = [0x5A; 4096];
        for _ in 0..bytes / 4096 {
            // Full a little earlier than `df` says is full all the same.
            if ballast.write_all(&block).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Gives the space back.
    pub(super) fn free(&self) -> Result<()> {
        fs::remove_file(self.ballast()).context("the ballast cannot be removed")
    }

    fn ballast(&self) -> PathBuf {
        self.point.join("ballast")
    }
}

/// Lets go of every disk that is mounted below a directory.
pub(super) fn unmount_below(directory: &Path) -> Result<()> {
    let Ok(mounts) = fs::read_to_string("/proc/self/mounts") else { return Ok(()) };
    for point in points_below(&mounts, directory) {
        tool::run(Command::new("umount").arg("--lazy").arg(point))?;
    }
    Ok(())
}

/// The mount points of `/proc/self/mounts` that lie below a directory; a space in a name is written
/// as `\040` there: <https://man7.org/linux/man-pages/man5/proc_pid_mounts.5.html>
fn points_below<'a>(mounts: &'a str, directory: &Path) -> Vec<&'a Path> {
    let points = mounts.lines().filter_map(|line| line.split(' ').nth(1).map(Path::new));
    points.filter(|point| point.starts_with(directory)).collect()
}

impl Drop for Volume {
    fn drop(&mut self) {
        // What is still busy is let go of by the system when it is not any more.
        if self.is_mounted {
            let _ = tool::run(Command::new("umount").arg("--lazy").arg(&self.point));
        }
        if let Some(image) = &self.image {
            let _ = fs::remove_file(image);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_mounted_below_a_directory() {
        let mounts = "proc /proc proc rw 0 0\n/dev/loop0 /room/cut-1/disk ext4 rw,shutdown 0 0\n\
                      tmpfs /room/cut-10/disk tmpfs rw 0 0\n";
        let below = |directory: &str| points_below(mounts, Path::new(directory));
        assert_eq!(below("/room/cut-1"), [Path::new("/room/cut-1/disk")]);
        assert_eq!(below("/room").len(), 2);
        assert_eq!(below("/room/cut-2"), [] as [&Path; 0]);
    }
}
