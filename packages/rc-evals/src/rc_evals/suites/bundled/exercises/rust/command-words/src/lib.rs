//! Cuts command lines into words.

/// Why a line cannot be cut; `at` is an offset in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitError {
    UnclosedQuote { at: usize },
    TrailingBackslash { at: usize },
}

/// Returns the words of a command line.
pub fn split(line: &str) -> Result<Vec<String>, SplitError> {
    todo!("cut {line:?}")
}

/// Returns text that `split` turns into exactly this word.
pub fn quote(word: &str) -> String {
    todo!("quote {word:?}")
}
