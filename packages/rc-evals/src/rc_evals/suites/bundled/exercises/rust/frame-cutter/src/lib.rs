//! Cuts a stream of bytes into frames.

/// What was wrong with a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameError {
    TooLong { length: usize },
    BadChecksum { expected: u8, actual: u8 },
    Truncated,
}

/// Takes bytes as they come and gives back frames.
pub struct FrameCutter {}

impl FrameCutter {
    pub fn new(max_length: usize) -> Self {
        todo!("make a cutter that refuses payloads above {max_length} bytes")
    }

    pub fn feed(&mut self, chunk: &[u8]) -> Vec<Result<Vec<u8>, FrameError>> {
        todo!("cut {chunk:?}")
    }

    pub fn pending(&self) -> usize {
        todo!("count the bytes that are kept")
    }

    pub fn finish(self) -> Result<(), FrameError> {
        todo!("tell whether the last frame is complete")
    }
}
