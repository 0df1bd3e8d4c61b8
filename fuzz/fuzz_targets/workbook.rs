#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| callbell_import_fuzz::try_it("workbook", data));
