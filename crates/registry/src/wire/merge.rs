use super::{Broken, Message, Record};

/// Which fields of a message are messages that can be merged in turn; all others are replaced as a whole.
pub(crate) struct Shape(pub(crate) &'static [(u32, Part)]);

/// How the content of a field merges.
pub(crate) enum Part {
    /// One message.
    Message(&'static Shape),
    /// Messages that are the same one when these fields are the same.
    Keyed(&'static [u32], &'static Shape),
}

/// A three-way merge: `stored` with what changed between `before` and `after`.
///
/// `before` and `after` are what larder would write for the old and the new definition. A field that is the same in both
/// keeps its stored bytes, so whatever larder does not know, or did not change, survives byte for byte.
pub(crate) fn merge(stored: &[u8], before: &[u8], after: &[u8], shape: &Shape) -> Result<Vec<u8>, Broken> {
    if before == after {
        return Ok(stored.to_vec());
    }
    let (before, after) = (Message::parse(before)?, Message::parse(after)?);
    let mut merged = Message::parse(stored)?;
    let mut numbers: Vec<u32> = before.records.iter().chain(&after.records).map(Record::number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let (old, new) = (of(&before, number), of(&after, number));
        if old == new {
            continue;
        }
        let kept = of(&merged, number);
        let part = shape.0.iter().find(|(known, _)| *known == number).map(|(_, part)| part);
        let records = match part {
            None => new.into_iter().cloned().collect(),
            Some(part) => {
                new.into_iter().map(|new| merge_part(new, &old, &kept, part)).collect::<Result<Vec<_>, _>>()?
            }
        };
        merged.replace(number, records);
    }
    Ok(merged.encode())
}

fn merge_part(new: &Record, old: &[&Record], kept: &[&Record], part: &Part) -> Result<Record, Broken> {
    let (old, kept, shape) = match part {
        Part::Message(shape) => (only(old), only(kept), shape),
        Part::Keyed(key, shape) => {
            let wanted = key_of(new, key)?;
            (with_key(old, key, &wanted)?, with_key(kept, key, &wanted)?, shape)
        }
    };
    match (new.content(), old.and_then(Record::content), kept.and_then(Record::content)) {
        (Some(new_content), Some(old), Some(kept)) => {
            Ok(Record::bytes(new.number, &merge(kept, old, new_content, shape)?))
        }
        _ => Ok(new.clone()),
    }
}

fn of(message: &Message, number: u32) -> Vec<&Record> {
    message.records.iter().filter(|record| record.number == number).collect()
}

fn only<'a>(records: &[&'a Record]) -> Option<&'a Record> {
    match records {
        [record] => Some(record),
        _ => None,
    }
}

fn key_of(record: &Record, key: &[u32]) -> Result<Vec<Record>, Broken> {
    let message = Message::parse(record.content().unwrap_or_default())?;
    Ok(message.records.into_iter().filter(|field| key.contains(&field.number)).collect())
}

/// The one record with that key; none when there are several, for then nobody can say which is meant.
fn with_key<'a>(records: &[&'a Record], key: &[u32], wanted: &[Record]) -> Result<Option<&'a Record>, Broken> {
    let mut found = Vec::new();
    for record in records {
        if key_of(record, key)? == wanted {
            found.push(*record);
        }
    }
    Ok(only(&found))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Shape = Shape(&[]);
    const OBJECT: Shape = Shape(&[(1, Part::Keyed(&[1], &FIELD)), (2, Part::Message(&FIELD))]);

    fn message(records: impl IntoIterator<Item = Record>) -> Vec<u8> {
        records.into_iter().collect::<Message>().encode()
    }

    fn feature(name: &str, value_type: u64) -> Vec<Record> {
        vec![Record::bytes(1, name.as_bytes()), Record::varint(2, value_type)]
    }

    #[test]
    fn unknown_fields_of_kept_parts_survive() {
        let with_unknown = |mut records: Vec<Record>| {
            records.push(Record::bytes(77, b"future"));
            message(records)
        };
        let meta = |seconds| message([Record::varint(1, seconds)]);
        let stored = message([
            Record::bytes(1, &with_unknown(feature("a", 1))),
            Record::bytes(1, &message(feature("gone", 1))),
            Record::bytes(2, &with_unknown(vec![Record::varint(1, 10)])),
            Record::varint(99, 5),
        ]);
        let before = message([
            Record::bytes(1, &message(feature("a", 1))),
            Record::bytes(1, &message(feature("gone", 1))),
            Record::bytes(2, &meta(10)),
        ]);
        let after = message([
            Record::bytes(1, &message(feature("new", 4))),
            Record::bytes(1, &message(feature("a", 2))),
            Record::bytes(2, &meta(20)),
        ]);
        let merged = merge(&stored, &before, &after, &OBJECT).unwrap();
        let expected = message([
            Record::bytes(1, &message(feature("new", 4))),
            Record::bytes(1, &with_unknown(feature("a", 2))),
            Record::bytes(2, &with_unknown(vec![Record::varint(1, 20)])),
            Record::varint(99, 5),
        ]);
        assert_eq!(merged, expected);
        assert_eq!(merge(&stored, &before, &before, &OBJECT).unwrap(), stored);
    }

    #[test]
    fn broken_stored_bytes_are_an_error() {
        assert!(merge(&[0x0a, 0x05], &[], &message([Record::varint(1, 1)]), &FIELD).is_err());
    }
}
