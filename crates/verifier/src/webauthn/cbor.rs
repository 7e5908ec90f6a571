//! As much of CBOR (RFC 8949) as authenticators write: definite lengths, no tags, no fractions, nothing nested deeply.

use super::Refused;

/// An attestation object is a map of a map of an array of byte strings; nothing real is deeper.
const DEPTH: u32 = 8;

/// A data item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// Integers of both signs.
    Integer(i128),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text string.
    Text(&'a str),
    /// An array.
    Array(Vec<Self>),
    /// A map, in the order of the bytes.
    Map(Vec<(Self, Self)>),
    /// `false`, `true`, `null` and their like.
    Simple(u8),
}

impl<'a> Item<'a> {
    /// Reads one item and gives what follows it.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Refused> {
        let mut reader = Reader(bytes);
        let item = reader.item(DEPTH)?;
        Ok((item, reader.0))
    }

    /// The value under a key that stands there once.
    pub fn member(&self, key: &Self) -> Option<&Self> {
        let Self::Map(members) = self else { return None };
        let mut found = members.iter().filter(|(name, _)| name == key);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The bytes under a key.
    pub fn bytes(&self, key: &Self) -> Option<&'a [u8]> {
        match self.member(key) {
            Some(Self::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: u64) -> Result<&'a [u8], Refused> {
        let length = usize::try_from(length).map_err(|_| Refused::Malformed)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Refused::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn item(&mut self, depth: u32) -> Result<Item<'a>, Refused> {
        let depth = depth.checked_sub(1).ok_or(Refused::Malformed)?;
        let first = *self.take(1)?.first().ok_or(Refused::Malformed)?;
        let (major, short) = (first >> 5, first & 0x1f);
        if major == 7 {
            return if (20..=22).contains(&short) { Ok(Item::Simple(short)) } else { Err(Refused::Malformed) };
        }
        let argument = self.argument(short)?;
        match major {
            0 => Ok(Item::Integer(argument.into())),
            1 => Ok(Item::Integer(-1 - i128::from(argument))),
            2 => Ok(Item::Bytes(self.take(argument)?)),
            3 => std::str::from_utf8(self.take(argument)?).map(Item::Text).map_err(|_| Refused::Malformed),
            // items are read one by one, so that a length that lies costs nothing
            4 => (0..argument).map(|_| self.item(depth)).collect::<Result<_, _>>().map(Item::Array),
            5 => (0..argument)
                .map(|_| Ok((self.item(depth)?, self.item(depth)?)))
                .collect::<Result<_, _>>()
                .map(Item::Map),
            _ => Err(Refused::Malformed),
        }
    }

    fn argument(&mut self, short: u8) -> Result<u64, Refused> {
        let length = match short {
            0..=23 => return Ok(short.into()),
            24..=27 => 1 << (short - 24),
            _ => return Err(Refused::Malformed),
        };
        Ok(self.take(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_authenticators_write_is_read() {
        let bytes = [0xa3, 0x01, 0x02, 0x20, 0x42, 7, 8, 0x63, b'f', b'm', b't', 0x82, 0xf5, 0x39, 1, 0, 0xff];
        let (item, rest) = Item::read(&bytes).unwrap();
        assert_eq!(rest, [0xff]);
        assert_eq!(item.member(&Item::Integer(1)), Some(&Item::Integer(2)));
        assert_eq!(item.bytes(&Item::Integer(-1)), Some(&[7, 8][..]));
        let array = Item::Array(vec![Item::Simple(21), Item::Integer(-257)]);
        assert_eq!(item.member(&Item::Text("fmt")), Some(&array));
    }

    #[test]
    fn what_they_never_write_is_refused() {
        for bytes in [
            &[][..],
            &[0x42, 1],
            &[0x5f, 0x41, 1, 0xff],
            &[0xc0, 0x60],
            &[0xf9, 0, 0],
            &[0x61, 0xff],
            &[0x1c],
            &[0x81; 64],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        ] {
            assert_eq!(Item::read(bytes).map(|_| ()), Err(Refused::Malformed), "{bytes:?}");
        }
    }

    #[test]
    fn a_key_that_stands_there_twice_is_none() {
        let (item, _) = Item::read(&[0xa2, 1, 2, 1, 3]).unwrap();
        assert_eq!(item.member(&Item::Integer(1)), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_much_for_it(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..256)) {
            let _ = Item::read(&bytes);
        }
    }
}
