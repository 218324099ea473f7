// Wrong: takes a stream that ends in a skipped payload for complete.

//! Cuts a stream of bytes into frames.

/// What was wrong with a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameError {
    TooLong { length: usize },
    BadChecksum { expected: u8, actual: u8 },
    Truncated,
}

/// Takes bytes as they come and gives back frames.
pub struct FrameCutter {
    max_length: usize,
    kept: Vec<u8>,
    to_skip: usize,
}

impl FrameCutter {
    pub fn new(max_length: usize) -> Self {
        Self {
            max_length,
            kept: Vec::new(),
            to_skip: 0,
        }
    }

    pub fn feed(&mut self, chunk: &[u8]) -> Vec<Result<Vec<u8>, FrameError>> {
        let mut events = Vec::new();
        for &byte in chunk {
            if self.to_skip > 0 {
                self.to_skip -= 1;
            } else {
                self.kept.push(byte);
                events.extend(self.completed());
            }
        }
        events
    }

    pub fn pending(&self) -> usize {
        self.kept.len()
    }

    pub fn finish(self) -> Result<(), FrameError> {
        if self.kept.is_empty() {
            Ok(())
        } else {
            Err(FrameError::Truncated)
        }
    }

    /// Returns what the newest byte completed, if anything.
    fn completed(&mut self) -> Option<Result<Vec<u8>, FrameError>> {
        let (length, payload) = match *self.kept.as_slice() {
            [high, low, ref payload @ ..] => (u16::from_be_bytes([high, low]), payload),
            _ => return None,
        };
        let length = usize::from(length);
        if length > self.max_length {
            self.kept.clear();
            self.to_skip = length + 1;
            return Some(Err(FrameError::TooLong { length }));
        }
        if payload.len() <= length {
            return None;
        }
        let actual = payload[length];
        let payload = payload[..length].to_vec();
        self.kept.clear();
        let expected = payload.iter().fold(0, |sum, byte| sum ^ byte);
        if expected == actual {
            Some(Ok(payload))
        } else {
            Some(Err(FrameError::BadChecksum { expected, actual }))
        }
    }
}
