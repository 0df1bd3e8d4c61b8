//! `cargo bench --bench engine`: the program beside others that send the same contacts, in turns, against the same server:
//!
//! - a loop as one writes it with reqwest, `buffer_unordered` and csv: no journal, no limiter, no repeats, no checks;
//! - `wrk`, if it is installed, which only sends the same bodies;
//! - a script with asyncio and aiohttp, if `python3` has them.
//!
//! No rate limit, 64 at a time. Another number of rows or rounds: `cargo bench --bench engine -- 50000 5`. The server is
//! a bare one in a process of its own, which stores nothing; `-- sandbox` takes the sandbox instead.
//!
//! `cargo bench --features http2 --bench engine -- tls`: the same over TLS, and HTTP/2 beside HTTP/1.1.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

use std::convert::Infallible;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use futures::{StreamExt as _, stream};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::{Cost, Server, TOKEN, cost, median};

const AT_A_TIME: usize = 64;
/// How long wrk sends, in seconds; it does not count rows.
const WRK_SECONDS: u64 = 4;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| args.iter().any(|arg| arg == word);
    match args.first().map(String::as_str) {
        Some("serve") => serve(),
        Some("plain") => plain(Path::new(&args[1]), &args[2], Path::new(&args[3])),
        #[cfg(feature = "http2")]
        Some("serve-tls") => support::tls::serve(Path::new(&args[1]), answer),
        #[cfg(feature = "http2")]
        _ if has("tls") => compare(&Over::Tls),
        _ => compare(if has("sandbox") { &Over::Sandbox } else { &Over::Bare }),
    }
}

/// One who sends.
struct Sender {
    name: &'static str,
    rounds: Vec<Round>,
}

struct Round {
    per_second: f64,
    /// Processor seconds for 10 000 rows.
    cpu: f64,
    peak: u64,
}

impl Round {
    fn of(rows: f64, cost: &Cost) -> Self {
        let (per_second, cpu) = (rows / cost.seconds, cost.cpu_seconds / rows * 10_000.0);
        Self { per_second, cpu, peak: cost.peak }
    }
}

/// What the senders send to.
enum Over {
    Bare,
    Sandbox,
    #[cfg(feature = "http2")]
    Tls,
}

fn compare(over: &Over) {
    let numbers = support::numbers();
    let rows = numbers.first().copied().unwrap_or(200_000);
    let rounds = numbers.get(1).copied().unwrap_or(5);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let list = folder.path().join("in.csv");
    std::fs::write(&list, support::contacts(rows)).unwrap();
    let script = folder.path().join("script.py");
    std::fs::write(&script, ASYNCIO).unwrap();
    let posts = folder.path().join("posts.lua");
    std::fs::write(&posts, WRK).unwrap();
    let server = match over {
        Over::Bare => Server::start(this("serve", &[])),
        Over::Sandbox => Server::sandbox(folder.path()),
        #[cfg(feature = "http2")]
        Over::Tls => Server::start(this("serve-tls", &[folder.path().join("ca.pem").as_os_str()])),
    };
    let names: &[&str] = match over {
        Over::Bare | Over::Sandbox => &["callbell-import", "plain loop", "wrk", "asyncio, aiohttp"],
        #[cfg(feature = "http2")]
        Over::Tls => &["callbell-import", "with --http2"],
    };
    let mut senders: Vec<Sender> = names.iter().map(|name| Sender { name, rounds: vec![] }).collect();
    senders.retain(|sender| match sender.name {
        "wrk" => succeeds(Command::new("wrk").arg("-v"), 1),
        "asyncio, aiohttp" => succeeds(Command::new("python3").args(["-c", "import aiohttp"]), 0),
        _ => true,
    });
    for round in 0..rounds {
        for sender in &mut senders {
            let out = folder.path().join(format!("out-{round}"));
            sender.rounds.push(match sender.name {
                "callbell-import" | "with --http2" => {
                    let mut command = support::import(&list, &out, &server.base);
                    if server.base.starts_with("https:") {
                        command.arg("--ca-cert").arg(folder.path().join("ca.pem"));
                    }
                    if sender.name == "with --http2" {
                        command.arg("--http2");
                    }
                    let cost = cost(command);
                    let summary: serde_json::Value = serde_json::from_slice(&cost.stdout).unwrap();
                    assert_eq!(summary["created"], rows, "every row is created");
                    std::fs::remove_dir_all(&out).unwrap();
                    Round::of(rows as f64, &cost)
                }
                "plain loop" => {
                    let cost =
                        cost(this("plain", &[list.as_os_str(), server.base.as_ref(), out.as_os_str()]));
                    std::fs::remove_file(&out).unwrap();
                    Round::of(rows as f64, &cost)
                }
                "wrk" => {
                    let mut command = Command::new("wrk");
                    command.args(["-t2", &format!("-c{AT_A_TIME}"), &format!("-d{WRK_SECONDS}s"), "-s"]);
                    command.arg(&posts).arg(format!("{}/contacts", server.base));
                    let cost = cost(command);
                    let told = String::from_utf8(cost.stdout.clone()).unwrap();
                    let sent = told.lines().find_map(|line| line.trim().split_once(" requests in ")).unwrap();
                    Round::of(sent.0.parse().unwrap(), &cost)
                }
                _ => {
                    // A tenth of the rows is long enough.
                    let mut command = Command::new("python3");
                    command.arg(&script).arg(&list).arg(&server.base).arg((rows / 10).to_string());
                    Round::of((rows / 10) as f64, &cost(command))
                }
            });
        }
    }
    print_table(&senders, rows, rounds);
}

fn print_table(senders: &[Sender], rows: usize, rounds: usize) {
    let middle = |sender: &Sender, figure: fn(&Round) -> f64| median(sender.rounds.iter().map(figure));
    println!("{rows} rows, {AT_A_TIME} at a time, medians of {rounds} rounds in turns\n");
    println!(
        "{:<18} {:>10} {:>16} {:>10} {:>14} {:>14}",
        "", "rows/s", "cpu s/10k rows", "peak MB", "ours: rows/s", "ours: cpu"
    );
    let ours = &senders[0];
    for sender in senders {
        let (per_second, cpu) = (middle(sender, |round| round.per_second), middle(sender, |round| round.cpu));
        println!(
            "{:<18} {per_second:>10.0} {cpu:>16.3} {:>10.1} {:>14.2} {:>14.2}",
            sender.name,
            middle(sender, |round| round.peak as f64) / 1024.0,
            median(
                ours.rounds
                    .iter()
                    .zip(&sender.rounds)
                    .map(|(ours, other)| ours.per_second / other.per_second)
            ),
            median(ours.rounds.iter().zip(&sender.rounds).map(|(ours, other)| ours.cpu / other.cpu)),
        );
    }
    println!("\nrows per second");
    let most = senders.iter().map(|sender| middle(sender, |round| round.per_second)).fold(1.0, f64::max);
    for sender in senders {
        let per_second = middle(sender, |round| round.per_second);
        println!(
            "{:<18} {} {per_second:.0}",
            sender.name,
            "█".repeat((per_second / most * 50.0).round() as usize)
        );
    }
}

fn succeeds(command: &mut Command, code: i32) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.code() == Some(code))
}

/// This bench as another process.
fn this(part: &str, args: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(part).args(args);
    command
}

/// A server that answers every create and stores nothing.
fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        println!("base_url=http://{}/v1", listener.local_addr().unwrap());
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            connection.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let service = service_fn(answer);
                let connection = TokioIo::new(connection);
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(connection, service).await;
            });
        }
    });
}

async fn answer(request: hyper::Request<Incoming>) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let is_post = request.method() == hyper::Method::POST;
    let body = request.into_body().collect().await.unwrap().to_bytes();
    // A number is enough of an echo: what an answer does not show is not compared.
    let digits = body.windows(13).position(|part| part == b"\"identifier\":").map(|at| {
        let rest = body[at + 13..].iter().skip_while(|byte| !byte.is_ascii_digit());
        rest.take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect::<String>()
    });
    let (status, text) = if is_post {
        let digits = digits.unwrap_or_default();
        let uuid = format!("{digits:0>32}");
        // A contact that is older than its request was there before.
        let now = humantime::format_rfc3339_seconds(SystemTime::now());
        let rest = "\"avatarUrl\":null,\"closedAt\":null,\"source\":\"whatsapp\",\
            \"conversationHref\":null,\"assignedUser\":null,\"team\":{\"uuid\":\"11111111111111111111111111111111\",\
            \"name\":\"Default\",\"default\":true,\"createdAt\":\"2021-01-01T10:00:00Z\",\"members\":2},\"channel\":\
            {\"uuid\":\"00000000000000000000000000000001\",\"type\":\"whatsapp\",\"title\":\"Main WhatsApp\",\"main\":true}";
        let contact = format!(
            "{{\"contact\":{{\"uuid\":\"{uuid}\",\"href\":\"https://dash.callbell.eu/contacts/{uuid}\",\"phoneNumber\":\"{digits}\",\"createdAt\":\"{now}\",{rest}}}}}"
        );
        (201, contact)
    } else {
        (200, "{\"user\":{\"name\":\"Bench\",\"email\":\"bench@example.com\"}}".to_owned())
    };
    let response = hyper::Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(Full::new(Bytes::from(text))).unwrap())
}

/// The loop as one writes it: rows from csv, bodies from serde, `buffer_unordered`, a line for each answer.
fn plain(list: &Path, base: &str, out: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().tcp_nodelay(true).no_proxy().build().unwrap();
    let url = format!("{base}/contacts");
    let rows = csv::Reader::from_path(list).unwrap().into_records();
    let mut out = std::io::BufWriter::new(std::fs::File::create(out).unwrap());
    runtime.block_on(async {
        let mut answers = stream::iter(rows)
            .map(|row| {
                let (client, url) = (client.clone(), url.clone());
                tokio::spawn(async move {
                    let row = row.unwrap();
                    let tags: Vec<&str> = row[2].split(',').collect();
                    let body = serde_json::json!({
                        "identifier": row[0].trim_start_matches('+'), "source": "whatsapp", "name": &row[1],
                        "tags": tags, "custom_fields": { "City": &row[3] }, "note": &row[4],
                    });
                    let request =
                        client.post(url).bearer_auth(TOKEN).header("content-type", "application/json");
                    let response = request.body(body.to_string()).send().await.unwrap();
                    let status = response.status().as_u16();
                    let answer: serde_json::Value =
                        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
                    let uuid = answer["contact"]["uuid"].as_str().unwrap_or_default().to_owned();
                    (row[0].to_owned(), status, uuid)
                })
            })
            .buffer_unordered(AT_A_TIME);
        while let Some(answer) = answers.next().await {
            let (identifier, status, uuid) = answer.unwrap();
            writeln!(out, "{identifier},{status},{uuid}").unwrap();
        }
    });
    out.flush().unwrap();
}

/// The same with asyncio: file, address, number of rows.
const ASYNCIO: &str = r#"
import asyncio, csv, itertools, sys
import aiohttp

async def main(path, base, rows):
    rows = itertools.islice(csv.DictReader(open(path)), rows)
    headers = {"Authorization": "Bearer bench"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=64)) as session:
        async def worker():
            for row in rows:
                body = {"identifier": row["identifier"].lstrip("+"), "source": "whatsapp", "name": row["name"],
                        "tags": row["tags"].split(","), "custom_fields": {"City": row["custom_fields.City"]},
                        "note": row["note"]}
                async with session.post(base + "/contacts", json=body) as answer:
                    out.write(f'{row["identifier"]},{answer.status},{(await answer.json())["contact"]["uuid"]}\n')
        with open(path + ".script", "w") as out:
            await asyncio.gather(*(worker() for _ in range(64)))

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"#;

/// A thousand requests, formatted once.
const WRK: &str = r#"
local requests, next = {}, 0
function init(args)
  for row = 0, 999 do
    local body = string.format('{"identifier":"3933%08d","source":"whatsapp","name":"Person Number %d","tags":["VIP","Rome"],"custom_fields":{"City":"Rome"},"note":"note %d"}', row, row, row)
    requests[row] = wrk.format("POST", "/v1/contacts", { ["Authorization"] = "Bearer bench", ["Content-Type"] = "application/json" }, body)
  end
end
function request()
  next = (next + 1) % 1000
  return requests[next]
end
"#;
