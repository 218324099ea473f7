use command_words::{quote, split, SplitError};

fn expect(line: &str, words: &[&str]) {
    let owned: Vec<String> = words.iter().map(|word| word.to_string()).collect();
    assert_eq!(split(line), Ok(owned), "line {line:?}");
}

#[test]
fn blanks_tabs_and_line_ends_separate_words() {
    expect("", &[]);
    expect(" \t\n", &[]);
    expect(
        "  one two\tthree\n\nfour ",
        &["one", "two", "three", "four"],
    );
}

#[test]
fn single_quotes_keep_everything() {
    expect(r#"'a  b' '\' '"' '#x'"#, &["a  b", r"\", "\"", "#x"]);
    expect("'two\nlines'", &["two\nlines"]);
}

#[test]
fn double_quotes_know_two_escapes() {
    expect(
        r#""a b" "say \"hi\"" "c:\\dir""#,
        &["a b", "say \"hi\"", r"c:\dir"],
    );
    expect(r#""\n \' \$ it's""#, &[r"\n \' \$ it's"]);
}

#[test]
fn a_backslash_outside_quotes_makes_anything_ordinary() {
    expect(r#"a\ b \"c \\ \n \'"#, &["a b", "\"c", r"\", "n", "'"]);
    expect("a\\\nb", &["a\nb"]);
    expect(r"\#no\#comment", &["#no#comment"]);
}

#[test]
fn pieces_that_touch_form_one_word() {
    expect(r#"a"b c"'d' --x='1 2'"#, &["ab cd", "--x=1 2"]);
    expect(r#"'it'\''s'"#, &["it's"]);
}

#[test]
fn empty_quotes_are_a_word_or_a_piece() {
    expect(r#"'' "" a'' ''b"#, &["", "", "a", "b"]);
}

#[test]
fn comments_begin_only_where_a_word_begins() {
    expect("a #b 'c\nd#e f", &["a", "d#e", "f"]);
    expect("#all", &[]);
    expect("''#b a'#'# x", &["#b", "a##", "x"]);
    expect("a\n# \\", &["a"]);
}

#[test]
fn an_open_quote_is_reported_at_its_byte() {
    assert_eq!(split("ab 'c"), Err(SplitError::UnclosedQuote { at: 3 }));
    assert_eq!(
        split("\u{e9}\u{20ac} \"x\\\""),
        Err(SplitError::UnclosedQuote { at: 6 })
    );
    assert_eq!(split("'a' b\"'"), Err(SplitError::UnclosedQuote { at: 5 }));
    assert_eq!(split("\"\\"), Err(SplitError::UnclosedQuote { at: 0 }));
}

#[test]
fn a_backslash_at_the_end_is_reported_at_its_byte() {
    assert_eq!(split("\\"), Err(SplitError::TrailingBackslash { at: 0 }));
    assert_eq!(
        split("\u{20ac} \\\\\\"),
        Err(SplitError::TrailingBackslash { at: 6 })
    );
}

#[test]
fn plain_words_need_no_quotes() {
    for word in ["a", "Z9", "-la", "./x/y_z.rs", "k=v", "a@b:c%+,"] {
        assert_eq!(quote(word), word);
    }
}

#[test]
fn other_words_are_put_in_single_quotes() {
    assert_eq!(quote(""), "''");
    assert_eq!(quote("a b"), "'a b'");
    assert_eq!(quote("#x"), "'#x'");
    assert_eq!(quote("\u{e9}"), "'\u{e9}'");
    assert_eq!(quote("it's"), r"'it'\''s'");
}

#[test]
fn what_was_quoted_comes_back() {
    let words = [
        "",
        "a",
        "it's",
        "'",
        "\\",
        "a\\'b",
        "two\nlines",
        "#x",
        "\u{20ac} \"q\"",
        "\t",
    ];
    let line: Vec<String> = words.iter().map(|word| quote(word)).collect();
    expect(&line.join(" "), &words);
}
