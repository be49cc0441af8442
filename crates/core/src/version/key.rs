//! Bytes whose order is the order of what was written into them.

pub(super) struct KeyBuilder(Vec<u8>);

impl KeyBuilder {
    pub fn new() -> Self {
        Self(Vec::with_capacity(48))
    }

    pub fn finish(self) -> Box<[u8]> {
        self.0.into_boxed_slice()
    }

    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Text that is followed by a byte smaller than any of its own sorts like the text itself.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Decimal digits of any size, by value: fewer digits first, then the digits. No digits at all are zero.
    ///
    /// `digits` comes out of a version of at most 255 bytes, so its length always fits the byte.
    pub fn decimal(&mut self, digits: &[u8]) {
        let zeros = digits.iter().take_while(|&&b| b == b'0').count();
        let digits = &digits[zeros..];
        self.0
            .push(u8::try_from(digits.len()).expect("a version has at most 255 bytes"));
        self.0.extend_from_slice(digits);
    }

    /// A number by value, in as few bytes as it needs.
    pub fn number(&mut self, value: u64) {
        let bytes = value.to_be_bytes();
        let zeros = bytes.iter().take_while(|&&b| b == 0).count();
        self.0
            .push(u8::try_from(8 - zeros).expect("a number has eight bytes"));
        self.0.extend_from_slice(&bytes[zeros..]);
    }
}

/// Splits at the first byte that does not satisfy `holds`.
pub(super) fn take_while(text: &[u8], holds: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|&b| !holds(b)).unwrap_or(text.len()))
}
