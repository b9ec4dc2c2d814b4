//! What the door is told when it is made.

use super::DevMode;

/// How the door behaves. The default is the production server.
#[derive(Clone, Copy, Debug, Default)]
pub struct DoorSettings {
    /// `--dev`: signatures are not checked.
    pub dev: Option<DevMode>,
    /// `--extended`: look-ups see all accounts, all regions and all time, by more attributes.
    pub extended: bool,
    /// `--emulate-limits`: AWS's rate limits hold, not only its size limits.
    pub emulate_limits: bool,
}
