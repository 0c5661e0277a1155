//! Access to the files with secrets, and to the commands that are run. Systems without permissions of unix's kind
//! have no such rule.

use std::path::{Path, PathBuf};

use super::super::file::FilePermissions;

/// Read, write and execute by the group, and by all others.
const GROUP: u32 = 0o070;
const OTHERS: u32 = 0o007;
/// Write by the group, and by all others.
const GROUP_WRITES: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;
/// Bit of a folder in which nobody replaces the files of another (`/tmp`).
const STICKY: u32 = 0o1000;

/// The user and the groups of this process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Process {
    /// Number of the user.
    pub(super) user: u32,
    /// Number of the own group.
    pub(super) group: u32,
    /// Numbers of the further groups.
    pub(super) groups: Vec<u32>,
}

impl Process {
    /// Returns the user and the groups of this process.
    pub(super) fn own() -> Self {
        #[cfg(unix)]
        {
            use rustix::process::{getegid, geteuid, getgroups};
            let groups = getgroups().unwrap_or_default();
            Self {
                user: geteuid().as_raw(),
                group: getegid().as_raw(),
                groups: groups.into_iter().map(|group| group.as_raw()).collect(),
            }
        }
        #[cfg(not(unix))]
        {
            Self::default()
        }
    }

    /// Whether a file with `access` is the process's own or its group's alone. Kubernetes gives a secret to the group
    /// of a pod (`fsGroup`), which is one of the process's further groups, and root owns the file. The further groups
    /// of a person are groups of many people, so that a file of the process's own user is none of theirs.
    pub(super) fn has_alone(&self, access: FilePermissions) -> bool {
        let by_group = access.group == self.group
            || access.owner != self.user && self.groups.contains(&access.group);
        access.mode & OTHERS == 0 && (access.mode & GROUP == 0 || by_group)
    }

    /// Whether others than root and this process's user and group can write a file or folder with `access`.
    fn shares(&self, access: FilePermissions) -> bool {
        let by_group = access.mode & GROUP_WRITES != 0 && ![0, self.group].contains(&access.group);
        access.mode & OTHERS_WRITE != 0 || by_group
    }

    /// Whether root or this process's user owns a file or folder with `access`.
    fn owns(&self, access: FilePermissions) -> bool {
        [0, self.user].contains(&access.owner)
    }
}

/// Whether only the owner of a file with `access` can read or write it.
pub(in crate::profile) fn is_private(access: FilePermissions) -> bool {
    access.mode & (GROUP | OTHERS) == 0
}

/// A file or folder that others can write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) path: PathBuf,
    /// Permission bits; `None` where another user owns it.
    pub(super) mode: Option<u32>,
}

/// Returns what others can write of the file at `path`, its folder and the folders above: with any of them the file
/// can be replaced. Links are followed first.
///
/// # Errors
/// Where the file is not there, or not to be seen.
pub(super) fn shared(path: &Path, process: &Process) -> std::io::Result<Option<Shared>> {
    let whole = path.canonicalize()?;
    // The folder of a link can replace the link.
    let link = std::path::absolute(path)?;
    for start in [&whole, &link] {
        for (depth, path) in start.ancestors().enumerate() {
            let Some(access) = FilePermissions::of(&path.metadata()?) else {
                return Ok(None);
            };
            let sticky = depth > 0 && access.mode & STICKY != 0;
            let mode = (process.shares(access) && !sticky).then_some(Some(access.mode & 0o7777));
            // Folders further up are the system's, in a container perhaps of a user without a name here.
            let stranger = (depth < 2 && !process.owns(access)).then_some(None);
            if let Some(mode) = mode.or(stranger) {
                let path = path.to_owned();
                return Ok(Some(Shared { path, mode }));
            }
        }
    }
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn access(mode: u32, owner: u32, group: u32) -> FilePermissions {
        FilePermissions { mode, owner, group }
    }

    #[test]
    fn a_secret_is_the_process_s_own_or_its_group_s() {
        let process = Process {
            user: 1000,
            group: 1000,
            groups: vec![27, 1000, 2000],
        };
        for (access, alone) in [
            (access(0o600, 1000, 1000), true),
            (access(0o400, 1000, 50), true),
            (access(0o640, 1000, 1000), true),
            // Kubernetes with `fsGroup: 2000` and `defaultMode: 0440`.
            (access(0o440, 0, 2000), true),
            (access(0o440, 0, 1000), true),
            (access(0o440, 0, 50), false),
            (access(0o640, 1000, 27), false),
            (access(0o604, 1000, 1000), false),
            (access(0o644, 1000, 1000), false),
            (access(0o602, 1000, 1000), false),
            (access(0o444, 0, 2000), false),
        ] {
            assert_eq!(process.has_alone(access), alone, "{access:?}");
        }
        for (mode, private) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            assert_eq!(is_private(access(mode, 1000, 1000)), private);
        }
    }

    #[test]
    fn what_others_can_write_is_found_in_the_folders_above_too() {
        let process = Process::own();
        let top = tempfile::tempdir().unwrap();
        let top = top.path().canonicalize().unwrap();
        let folder = top.join("a").join("b");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("program");
        fs::write(&file, "x").unwrap();
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set(&file, 0o700);
        set(&folder, 0o755);
        assert_eq!(shared(&file, &process).unwrap(), None);
        for (path, mode) in [
            (&file, 0o702),
            (&folder, 0o757),
            (&folder.parent().unwrap().to_owned(), 0o707),
        ] {
            let before = path.metadata().unwrap().permissions();
            set(path, mode);
            let found = shared(&file, &process).unwrap().unwrap();
            assert_eq!((&found.path, found.mode), (path, Some(mode)));
            fs::set_permissions(path, before).unwrap();
        }
        // As in `/tmp`.
        set(&folder, 0o1777);
        assert_eq!(shared(&file, &process).unwrap(), None);
        set(&folder, 0o755);

        let open = top.join("open");
        fs::create_dir(&open).unwrap();
        set(&open, 0o777);
        let link = open.join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let found = shared(&link, &process).unwrap().unwrap();
        assert_eq!((found.path, found.mode), (open, Some(0o777)));

        let stranger = Process {
            user: process.user.wrapping_add(1),
            ..process
        };
        let found = shared(&file, &stranger).unwrap();
        let owner = FilePermissions::of(&file.metadata().unwrap())
            .unwrap()
            .owner;
        assert_eq!(found.is_some(), owner != 0);
        assert!(shared(&top.join("none"), &stranger).is_err());
    }
}
