//! Seconds since the Unix epoch as civil time, without anything of the library above it.

use ::time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// Indochina Time has had no daylight saving since 1975: a constant offset is right.
const VIETNAM: UtcOffset = ::time::macros::offset!(+7);

/// Seconds outside the years that `time` can hold become the epoch; [`crate::Time`] never holds such.
pub(crate) fn utc(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// As a person in Vietnam reads it: `08:00:00 23/11/2026 +07:00`.
pub(crate) fn vietnam(seconds: i64) -> String {
    let t = utc(seconds).to_offset(VIETNAM);
    let (year, month, day) = (t.year(), u8::from(t.month()), t.day());
    format!("{:02}:{:02}:{:02} {day:02}/{month:02}/{year:04} +07:00", t.hour(), t.minute(), t.second())
}

/// Reads RFC 3339 with any offset.
pub(crate) fn parse_rfc3339(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}
