//! Medians, and operations in a process of their own with their time and their peak memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The middle of the values.
///
/// # Panics
/// If there are none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Seconds that `work` takes.
pub fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    std::hint::black_box(work());
    started.elapsed().as_secs_f64()
}

/// Median seconds of one call among `calls`.
pub fn per_call<T>(calls: usize, mut work: impl FnMut() -> T) -> f64 {
    let times: Vec<f64> = (0..calls).map(|_| seconds(&mut work)).collect();
    median(&times)
}

/// Seconds that this process has had a processor: what a hostile file costs, whoever else is at work.
///
/// # Panics
/// If the kernel does not tell: without it there is nothing to measure.
#[expect(clippy::cast_precision_loss, reason = "seconds for people")]
pub fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("/proc/self/schedstat");
    let nanoseconds: u64 = text.split(' ').next().and_then(|n| n.parse().ok()).expect("nanoseconds");
    nanoseconds as f64 / 1e9
}

/// Highest resident memory of this process so far, in bytes.
///
/// # Panics
/// If the kernel does not tell: without it there is nothing to measure.
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc/self/status");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("VmHWM");
    let kib: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("VmHWM in kB");
    kib << 10
}

/// What a child process reported of itself.
#[derive(Clone, Debug)]
pub struct Child {
    /// Processor seconds of the operation, without the start of the process.
    pub seconds: f64,
    /// Peak memory in bytes.
    pub peak: u64,
    /// What came of it.
    pub outcome: String,
}

/// Prints what [`child`] reads; the last thing that a child does.
pub fn report(seconds: f64, outcome: &str) {
    println!("{seconds} {} {outcome}", peak_memory());
}

/// Runs this program again with `arguments`; at most `memory` bytes of address space and `patience` of time.
///
/// Gives the reason if the child did not report: killed after its time, out of memory, or a panic.
pub fn child(arguments: &[&str], memory: u64, patience: Duration) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut process = Command::new("sh")
        .args(["-c", &format!("ulimit -v {}; exec \"$0\" \"$@\"", memory >> 10)])
        .arg(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if started.elapsed() > patience {
            process.kill().and_then(|()| process.wait()).map_err(|error| error.to_string())?;
            return Err(format!("killed after {} s", patience.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let (mut out, mut complaint) = (String::new(), String::new());
    process.stdout.take().map(|mut pipe| pipe.read_to_string(&mut out));
    process.stderr.take().map(|mut pipe| pipe.read_to_string(&mut complaint));
    let mut parts = out.trim_end().splitn(3, ' ');
    let mut number = || parts.next().and_then(|text| text.parse::<f64>().ok());
    match (status.success(), number(), number()) {
        (true, Some(seconds), Some(peak)) => {
            let outcome = parts.next().unwrap_or_default().to_owned();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes of memory")]
            Ok(Child { seconds, peak: peak as u64, outcome })
        }
        _ => Err(format!("{status}: {}", complaint.lines().next().unwrap_or("no report"))),
    }
}
