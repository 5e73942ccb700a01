//! Sample data of the `local` template: two weeks of hourly statistics of ten drivers, ending at the last full hour, so
//! that the newest values are within the ttl of a day.

use std::time::Duration;

use larder::{ParquetColumn, Timestamp, Value, ValueType};

const HOUR: Duration = Duration::from_secs(3_600);
const HOURS: u32 = 14 * 24;
const DRIVERS: [(i64, &str, &str, f64); 10] = [
    (1001, "Oslo", "sedan", 4.93),
    (1002, "Oslo", "van", 4.71),
    (1003, "Bergen", "sedan", 4.88),
    (1004, "Lisboa", "compact", 4.65),
    (1005, "Lisboa", "sedan", 4.97),
    (1006, "Kraków", "compact", 4.52),
    (1007, "Kraków", "van", 4.80),
    (1008, "Nairobi", "motorcycle", 4.91),
    (1009, "Nairobi", "sedan", 4.60),
    (1010, "Montréal", "sedan", 4.85),
];

/// A small generator of numbers in [0, 1): the same sample for the same hour.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap_or_default()) / 4_294_967_296.0
    }
}

/// The columns of `driver_stats.parquet`.
pub(crate) fn stats(now: Timestamp) -> Vec<ParquetColumn> {
    let last_hour = Timestamp::from_micros(now.micros() - now.micros().rem_euclid(3_600_000_000));
    let mut noise = Noise(7);
    let mut columns = [
        ("event_timestamp", ValueType::UnixTimestamp),
        ("driver_id", ValueType::Int64),
        ("conv_rate", ValueType::Float),
        ("acc_rate", ValueType::Float),
        ("avg_daily_trips", ValueType::Int64),
        ("created", ValueType::UnixTimestamp),
    ]
    .map(|(name, value_type)| ParquetColumn { name: name.to_owned(), value_type, values: Vec::new() });
    for hours_ago in (0..HOURS).rev() {
        let event = last_hour.minus(HOUR * hours_ago);
        for (driver, _, _, rating) in DRIVERS {
            let skill = (rating - 4.0) * 0.6;
            let rush = (f64::from(hours_ago % 24) * std::f64::consts::TAU / 24.0).sin().abs();
            let row = [
                Value::UnixTimestamp(event.seconds()),
                Value::Int64(driver),
                Value::Float(rate(skill + 0.3 * rush + 0.2 * noise.next() - 0.1)),
                Value::Float(rate(0.75 + 0.2 * skill + 0.1 * noise.next())),
                Value::Int64(trips(8.0 + 14.0 * skill + 6.0 * noise.next())),
                Value::UnixTimestamp(event.plus(Duration::from_secs(300)).seconds()),
            ];
            for (column, value) in columns.iter_mut().zip(row) {
                column.values.push(value);
            }
        }
    }
    columns.into()
}

#[allow(clippy::cast_possible_truncation)] // a rate needs no more than an f32, rounded to four digits
fn rate(x: f64) -> f32 {
    ((x.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0) as f32
}

#[allow(clippy::cast_possible_truncation)] // between 0 and 50
fn trips(x: f64) -> i64 {
    x.clamp(0.0, 50.0).round() as i64
}

/// The text of `driver_profiles.csv`.
pub(crate) fn profiles(now: Timestamp) -> String {
    let mut text = "driver_id,updated,city,vehicle,rating\n".to_owned();
    for (months, (driver, city, vehicle, rating)) in (1..).zip(DRIVERS) {
        let updated = now.minus(HOUR * (24 * 30 * months));
        let day = updated.to_string();
        text +=
            &format!("{driver},{}T00:00:00Z,{city},{vehicle},{rating}\n", day.split('T').next().unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_hour_is_the_last_full_one() {
        let now = Timestamp::parse("2026-05-04T10:59:59Z").unwrap();
        let columns = stats(now);
        let newest = Timestamp::parse("2026-05-04T10:00:00Z").unwrap();
        assert_eq!(columns[0].values.last(), Some(&Value::UnixTimestamp(newest.seconds())));
        assert!(columns.iter().all(|column| column.values.len() == HOURS as usize * DRIVERS.len()));
        assert!(profiles(now).contains("1010,2025-07-08T00:00:00Z,Montréal"), "{}", profiles(now));
    }
}
