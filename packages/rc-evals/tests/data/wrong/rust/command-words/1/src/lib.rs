// Wrong: loses words that are nothing but empty quotes.

//! Cuts command lines into words.

/// Why a line cannot be cut; `at` is an offset in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitError {
    UnclosedQuote { at: usize },
    TrailingBackslash { at: usize },
}

/// Returns the words of a command line.
pub fn split(line: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.char_indices();
    while let Some((at, character)) = rest.next() {
        match character {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '#' if word.is_none() => {
                rest.find(|&(_, skipped)| skipped == '\n');
            }
            '\\' => {
                let (_, escaped) = rest.next().ok_or(SplitError::TrailingBackslash { at })?;
                word.get_or_insert_with(String::new).push(escaped);
            }
            '\'' | '"' => {
                let piece = quoted(character, &mut rest).ok_or(SplitError::UnclosedQuote { at })?;
                if !piece.is_empty() {
                    word.get_or_insert_with(String::new).push_str(&piece);
                }
            }
            _ => word.get_or_insert_with(String::new).push(character),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Reads up to the closing quote, or returns nothing if there is none.
fn quoted(quote: char, rest: &mut std::str::CharIndices) -> Option<String> {
    let mut piece = String::new();
    loop {
        let (_, character) = rest.next()?;
        if character == quote {
            return Some(piece);
        }
        piece.push(character);
        if quote == '"' && character == '\\' {
            if let Some(escaped @ ('"' | '\\')) = rest.as_str().chars().next() {
                rest.next();
                piece.pop();
                piece.push(escaped);
            }
        }
    }
}

/// Returns text that `split` turns into exactly this word.
pub fn quote(word: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "_./:=@%+,-".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
