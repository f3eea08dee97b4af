//! Every hostile file at full scale: an answer within 2 s and 256 MB each, in a process of its own.
//!
//! Seconds are of the processor, so that a busy machine does not change the answer.
//!
//! `cargo run -p condau-benches --release --bin hostile [NAME…]`. Exit code 1 if one case misses.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use condau::pdf::{FileSource, Source};
use condau_benches::common::hostile::{Operation, Scale, cases, run};
use condau_benches::common::pki::Pki;
use condau_benches::{keys, measure};

const SECONDS: f64 = 2.0;
const BYTES: u64 = 256_000_000;

/// A case may exceed the bars by so much before it is stopped.
const PATIENCE: Duration = Duration::from_secs(15);
const ADDRESS_SPACE: u64 = 3 << 30;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["--child", operation, place, file, dir] = arguments[..] {
        child(operation, place, Path::new(file), Path::new(dir));
        return ExitCode::SUCCESS;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let pki = Pki::new();
    keys::save(&pki, dir.path()).expect("a writable folder");
    let file = dir.path().join("hostile.pdf");
    let (mut measured, mut missed, mut slowest, mut largest) = (0, Vec::new(), 0.0_f64, 0);
    println!("{:38} {:8} {:6} {:>10} {:>9} {:>9}  outcome", "case", "", "", "file", "seconds", "memory");
    let wanted = |name: &str| arguments.is_empty() || arguments.contains(&name);
    for case in cases().into_iter().filter(|case| wanted(case.name)) {
        std::fs::write(&file, (case.make)(Scale::Full, &pki)).expect("room in the temporary folder");
        let size = std::fs::metadata(&file).map_or(0, |metadata| metadata.len());
        for operation in Operation::ALL {
            for place in ["memory", "file"] {
                let (path, folder) = (file.display().to_string(), dir.path().display().to_string());
                let child =
                    measure::child(&["--child", operation.name(), place, &path, &folder], ADDRESS_SPACE, PATIENCE);
                measured += 1;
                let head = format!("{:38} {:8} {place:6} {:>7.1} MB", case.name, operation.name(), megabytes(size));
                let met = match child {
                    Ok(child) => {
                        slowest = slowest.max(child.seconds);
                        largest = largest.max(child.peak);
                        let met = child.seconds <= SECONDS && child.peak <= BYTES;
                        let note = if met { "" } else { "  NOT met" };
                        let memory = megabytes(child.peak);
                        println!("{head} {:>8.3}s {memory:>6.1} MB  {}{note}", child.seconds, child.outcome);
                        met
                    }
                    Err(reason) => {
                        println!("{head} {:>8} {:>9}  {reason}  NOT met", "-", "-");
                        false
                    }
                };
                if !met {
                    missed.push(format!("{} {} {place}", case.name, operation.name()));
                }
            }
        }
    }
    let largest = megabytes(largest);
    println!("\n{measured} measured; of those that ended, the slowest {slowest:.3} s, the largest {largest:.1} MB");
    println!("bars: {SECONDS} s, {:.0} MB: {} missed", megabytes(BYTES), missed.len());
    for name in &missed {
        println!("  {name}");
    }
    if missed.is_empty() && measured > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Does `operation` once and reports; reading the file into memory counts for memory, not for time.
fn child(operation: &str, place: &str, file: &Path, dir: &Path) {
    let operation = Operation::ALL.into_iter().find(|o| o.name() == operation).expect("a known operation");
    let (signer, trust) = keys::load(dir).expect("the keys that the parent wrote");
    let source: Box<dyn Source> = match place {
        "memory" => Box::new(std::fs::read(file).expect("the file that the parent wrote")),
        _ => Box::new(FileSource::open(file).expect("the file that the parent wrote")),
    };
    let started = measure::processor_seconds();
    let outcome = run(operation, source.as_ref(), &signer, &trust);
    measure::report(measure::processor_seconds() - started, &outcome.to_string());
}
