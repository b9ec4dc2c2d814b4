//! Whose record it is, and when it happened.

use model::{AccountId, Field, RecordView, Timestamp, json};

/// The account a record belongs to: the one that received it, else the caller's, else the
/// account of an aggregated record, which spells it `accountId` at the top.
///
/// An id that is none (a path, a number) is passed over, not taken for an account.
pub fn owner(view: &RecordView<'_>) -> Option<AccountId> {
    let account = |field| AccountId::parse(&view.text(field)?);
    account(Field::RecipientAccount)
        .or_else(|| account(Field::IdentityAccount))
        .or_else(|| AccountId::parse(&json::text(json::member(view.bytes, "accountId")?)?))
}

/// When it happened: `eventTime`, or the end of an aggregated record's time window, which is
/// when AWS made that record.
pub fn event_time(view: &RecordView<'_>) -> Option<Timestamp> {
    view.event_time().or_else(|| {
        let end = json::at_path(view.bytes, "timeWindow.windowEnd")?;
        Timestamp::parse(&json::text(end)?)
    })
}
