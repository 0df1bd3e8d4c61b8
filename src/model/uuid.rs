//! Names that the API gives to things, in whichever spelling they come.

/// Whether it has the shape of one: 32 hexadecimal digits, or 8-4-4-4-12 of them. What a list or a server calls so goes into
/// requests, files and links, and nothing else may.
pub fn is_uuid(text: &str) -> bool {
    match text.len() {
        32 => text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        36 => text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        }),
        _ => false,
    }
}

/// A uuid without dashes, in lower case: the same for every spelling of it.
pub fn canonical_uuid(uuid: &str) -> String {
    uuid.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether two spellings name the same.
pub fn is_same_uuid(one: &str, other: &str) -> bool {
    one == other || canonical_uuid(one) == canonical_uuid(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_come_with_or_without_dashes() {
        assert!(is_uuid("414a6d692bd645ed803f2e7ce360d4c8"));
        assert!(is_uuid("414A6D69-2bd6-45ed-803f-2e7ce360d4c8"));
        for text in
            ["", "414a6d69", "414a6d692bd645ed803f2e7ce360d4cg", "414a6d69-2bd6-45ed-803f2-e7ce360d4c8"]
        {
            assert!(!is_uuid(text), "{text}");
        }
    }

    #[test]
    fn a_uuid_is_the_same_with_dashes_and_in_capitals_and_no_other() {
        let bare = "414a6d692bd645ed803f2e7ce360d4c8";
        for same in [bare, "414a6d69-2bd6-45ed-803f-2e7ce360d4c8", "414A6D692BD645ED803F2E7CE360D4C8"] {
            assert!(is_same_uuid(bare, same) && canonical_uuid(same) == bare, "{same}");
        }
        assert!(!is_same_uuid(bare, "414a6d692bd645ed803f2e7ce360d4c9"));
    }
}
