//! Time as the library sees it: seconds since 1970-01-01T00:00:00Z, always given by the caller.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar;
use crate::error::{Error, ErrorKind, Result};

/// A point in time, UTC, in whole seconds. Written and serialised as RFC 3339 (`2026-11-23T08:00:00Z`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    seconds: i64,
}

/// Seconds of 0000-01-01 and 9999-12-31, the years that PDF, ASN.1 and RFC 3339 can write.
const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

impl Time {
    /// From seconds since the Unix epoch; years outside 0000–9999 are clamped, since no format can write them.
    pub fn from_unix(seconds: i64) -> Self {
        Self { seconds: seconds.clamp(*RANGE.start(), *RANGE.end()) }
    }

    /// Seconds since the Unix epoch.
    pub fn to_unix(self) -> i64 {
        self.seconds
    }

    /// Reads RFC 3339, with any offset; a bare date means its first second in UTC.
    pub fn parse(text: &str) -> Result<Self> {
        let full = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        calendar::parse_rfc3339(&full)
            .map(Self::from_unix)
            .ok_or_else(|| Error::new(ErrorKind::InvalidInput, "time.not-rfc3339").with("value", text))
    }

    /// Year, month, day, hour, minute, second in UTC.
    pub fn civil(self) -> (i32, u8, u8, u8, u8, u8) {
        let t = calendar::utc(self.seconds);
        (t.year(), t.month().into(), t.day(), t.hour(), t.minute(), t.second())
    }

    /// A PDF date string in UTC, `D:20261123080000Z` (ISO 32000-2 §7.9.4).
    pub fn to_pdf_date(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        format!("D:{y:04}{mo:02}{d:02}{h:02}{mi:02}{s:02}Z")
    }

    /// Reads a PDF date string; a missing zone is taken as UTC (ISO 32000-2 §7.9.4 leaves it unknown).
    pub fn from_pdf_date(text: &str) -> Option<Self> {
        let text = text.strip_prefix("D:").unwrap_or(text);
        let digits = |range: std::ops::Range<usize>, default: i64| -> Option<i64> {
            match text.get(range.clone()) {
                Some(part) if part.bytes().all(|b| b.is_ascii_digit()) => part.parse().ok(),
                Some(_) => None,
                None if text.len() <= range.start => Some(default),
                None => None,
            }
        };
        let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len()).min(14);
        let (body, zone) = text.split_at(end);
        if body.len() < 4 || body.len() % 2 != 0 {
            return None;
        }
        let part = |range: std::ops::Range<usize>, default| {
            if body.len() >= range.end { digits(range, default) } else { Some(default) }
        };
        let (year, month, day) = (part(0..4, 0)?, part(4..6, 1)?, part(6..8, 1)?);
        let (hour, minute, second) = (part(8..10, 0)?, part(10..12, 0)?, part(12..14, 0)?);
        let month = ::time::Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = ::time::Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
        let time =
            ::time::Time::from_hms(u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, u8::try_from(second).ok()?)
                .ok()?;
        let offset = match zone.as_bytes().first() {
            None | Some(b'Z') => 0,
            Some(sign @ (b'+' | b'-')) => {
                let digits: String = zone[1..].chars().filter(|c| *c != '\'').collect();
                if digits.len() < 2 || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                let hours: i64 = digits[..2].parse().ok()?;
                let minutes: i64 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
                if hours > 23 || minutes > 59 {
                    return None;
                }
                (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
            }
            Some(_) => return None,
        };
        Some(Self::from_unix(date.with_time(time).assume_utc().unix_timestamp() - offset))
    }

    /// As a person in Vietnam reads it: `08:00:00 23/11/2026 +07:00`.
    pub fn to_vietnam(self) -> String {
        calendar::vietnam(self.seconds)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, mo, d, h, mi, s) = self.civil();
        write!(f, "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z")
    }
}

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pdf_dates_of_every_shape() {
        let t = |text| Time::from_pdf_date(text).map(|t| t.to_string());
        assert_eq!(t("D:20261123080000Z").as_deref(), Some("2026-11-23T08:00:00Z"));
        assert_eq!(t("D:20261123150000+07'00'").as_deref(), Some("2026-11-23T08:00:00Z"));
        assert_eq!(t("D:20261123150000+07'00").as_deref(), Some("2026-11-23T08:00:00Z"));
        assert_eq!(t("20261123").as_deref(), Some("2026-11-23T00:00:00Z"));
        assert_eq!(t("D:2026").as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(t("D:20261123010000-0530").as_deref(), Some("2026-11-23T06:30:00Z"));
        for bad in [
            "",
            "D:",
            "D:20261323",
            "D:20261123250000Z",
            "D:2026112308000",
            "D:20261123080000X",
            "D:20261123080000+9900",
        ] {
            assert_eq!(t(bad), None, "{bad}");
        }
    }

    #[test]
    fn rfc3339_round_trip_and_vietnam_time() {
        let t = Time::parse("2026-11-23T15:04:05+07:00").unwrap();
        assert_eq!(t.to_string(), "2026-11-23T08:04:05Z");
        assert_eq!(t.to_pdf_date(), "D:20261123080405Z");
        assert_eq!(t.to_vietnam(), "15:04:05 23/11/2026 +07:00");
        assert_eq!(Time::parse("2026-11-23").unwrap().to_string(), "2026-11-23T00:00:00Z");
        assert_eq!(Time::parse("rubbish").unwrap_err().id(), "time.not-rfc3339");
        assert_eq!(Time::from_unix(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
    }
}
