//! What the fuzz targets hold, of the seeds of each: the same code, without a fuzzer.

#[expect(unreachable_pub, reason = "the fuzz targets are another package, which has this as its library")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::collections::BTreeSet;
use std::path::Path;

const FUZZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz");

#[test]
fn what_the_fuzz_targets_hold_is_true_of_every_seed() {
    let mut wrong = Vec::new();
    for (name, _) in targets::TARGETS {
        let folder = Path::new(FUZZ).join("seeds").join(name);
        let mut seeds = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            if std::panic::catch_unwind(|| targets::try_it(name, &bytes)).is_err() {
                wrong.push(path);
            }
            seeds += 1;
        }
        assert!(seeds > 1, "{name} has {seeds} seeds");
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_target_is_a_program_with_seeds_and_nothing_else_is() {
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(Path::new(FUZZ).join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let targets: BTreeSet<String> = targets::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("seeds"), targets);
    assert_eq!(names("fuzz_targets"), targets.iter().map(|name| format!("{name}.rs")).collect());
    let manifest: toml::Table = toml::from_str(include_str!("../../fuzz/Cargo.toml")).unwrap();
    let programs = manifest["bin"].as_array().unwrap();
    let programs: BTreeSet<String> =
        programs.iter().map(|program| program["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(programs, targets);
}
