use frame_cutter::{FrameCutter, FrameError};

fn frame(payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u16).to_be_bytes().to_vec();
    bytes.extend_from_slice(payload);
    bytes.push(payload.iter().fold(0, |sum, byte| sum ^ byte));
    bytes
}

fn good(payload: &[u8]) -> Result<Vec<u8>, FrameError> {
    Ok(payload.to_vec())
}

#[test]
fn a_frame_comes_out_as_its_payload() {
    let mut cutter = FrameCutter::new(10);
    assert_eq!(cutter.feed(&[0, 3, 1, 2, 4, 7]), [good(&[1, 2, 4])]);
    assert_eq!(cutter.finish(), Ok(()));
}

#[test]
fn an_empty_payload_is_a_frame() {
    let mut cutter = FrameCutter::new(0);
    assert_eq!(cutter.feed(&[0, 0, 0, 0, 0, 0]), [good(&[]), good(&[])]);
    assert_eq!(cutter.finish(), Ok(()));
}

#[test]
fn one_chunk_may_hold_many_frames_and_a_part() {
    let mut cutter = FrameCutter::new(10);
    let bytes = [frame(b"ab"), frame(b"c"), frame(b"def")].concat();
    assert_eq!(
        cutter.feed(&bytes[..bytes.len() - 2]),
        [good(b"ab"), good(b"c")]
    );
    assert_eq!(cutter.feed(&[]), []);
    assert_eq!(cutter.feed(&bytes[bytes.len() - 2..]), [good(b"def")]);
}

#[test]
fn both_length_bytes_count() {
    let payload = vec![7; 0x0102];
    let bytes = frame(&payload);
    assert_eq!(bytes[..2], [1, 2]);
    assert_eq!(FrameCutter::new(0x0102).feed(&bytes), [good(&payload)]);
    let too_long = Err(FrameError::TooLong { length: 0x0102 });
    assert_eq!(FrameCutter::new(0x0101).feed(&bytes), [too_long]);
}

#[test]
fn a_bad_checksum_costs_one_frame_only() {
    let mut cutter = FrameCutter::new(10);
    let mut bytes = [frame(b"good"), frame(&[5, 6]), frame(b"next")].concat();
    bytes[7 + 4] = 9;
    let bad = Err(FrameError::BadChecksum {
        expected: 3,
        actual: 9,
    });
    assert_eq!(cutter.feed(&bytes), [good(b"good"), bad, good(b"next")]);
}

#[test]
fn a_long_frame_is_reported_at_its_length_and_never_kept() {
    let mut cutter = FrameCutter::new(3);
    assert_eq!(cutter.feed(&[0]), []);
    assert_eq!(cutter.feed(&[4]), [Err(FrameError::TooLong { length: 4 })]);
    assert_eq!(cutter.pending(), 0);
    assert_eq!(cutter.feed(&[0, 1, 2]), []);
    assert_eq!(cutter.pending(), 0);
    assert_eq!(cutter.feed(&[3, 99, 0, 1, 8, 8]), [good(&[8])]);
    assert_eq!(cutter.finish(), Ok(()));
}

#[test]
fn pending_counts_every_byte_of_the_frame_that_has_begun() {
    let mut cutter = FrameCutter::new(10);
    let mut seen = vec![cutter.pending()];
    for byte in frame(b"xyz") {
        cutter.feed(&[byte]);
        seen.push(cutter.pending());
    }
    assert_eq!(seen, [0, 1, 2, 3, 4, 5, 0]);
}

#[test]
fn a_stream_that_ends_inside_a_frame_is_truncated() {
    let bytes = [frame(b"ab"), frame(b"too long"), frame(b"cd")].concat();
    let complete = [0, 5, 16, bytes.len()];
    for end in 0..=bytes.len() {
        let mut cutter = FrameCutter::new(4);
        cutter.feed(&bytes[..end]);
        let expected = if complete.contains(&end) {
            Ok(())
        } else {
            Err(FrameError::Truncated)
        };
        assert_eq!(cutter.finish(), expected, "after {end} bytes");
    }
}

#[test]
fn it_does_not_matter_where_the_bytes_are_cut() {
    let mut bytes = [
        frame(b"ab"),
        frame(b"much too long"),
        frame(b""),
        frame(b"cde"),
        frame(b"f"),
    ]
    .concat();
    let last = bytes.len() - 1;
    bytes[last] = 0;
    let expected = [
        good(b"ab"),
        Err(FrameError::TooLong { length: 13 }),
        good(b""),
        good(b"cde"),
        Err(FrameError::BadChecksum {
            expected: b'f',
            actual: 0,
        }),
    ];
    for size in 1..=bytes.len() {
        let mut cutter = FrameCutter::new(4);
        let events: Vec<_> = bytes
            .chunks(size)
            .flat_map(|chunk| cutter.feed(chunk))
            .collect();
        assert_eq!(events, expected, "in chunks of {size}");
        assert_eq!(cutter.finish(), Ok(()));
    }
}
