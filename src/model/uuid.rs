//! Names that the API gives to things, in whichever spelling they come.

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
    fn a_uuid_is_the_same_with_dashes_and_in_capitals_and_no_other() {
        let bare = "414a6d692bd645ed803f2e7ce360d4c8";
        for same in [bare, "414a6d69-2bd6-45ed-803f-2e7ce360d4c8", "414A6D692BD645ED803F2E7CE360D4C8"] {
            assert!(is_same_uuid(bare, same) && canonical_uuid(same) == bare, "{same}");
        }
        assert!(!is_same_uuid(bare, "414a6d692bd645ed803f2e7ce360d4c9"));
    }
}
