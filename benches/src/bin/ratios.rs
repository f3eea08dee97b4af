//! "Cost follows the bytes and the key": every bar, next to what it is measured against, in one run.
//!
//! `cargo build --release -p condau --features cli && cargo run -p condau-benches --release --bin ratios`.
//! Exit code 1 if a bar is missed. A ratio is the median over rounds in which both sides ran one after the other.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use condau::pdf::FileSource;
use condau::verify::{self, Integrity, Policy};
use condau::{keys::KeyPair, sign, x509::TrustStore};
use condau_benches::common::{now, pdf, pki::Pki};
use condau_benches::measure::{self, median, per_call, seconds};
use condau_benches::{files, keys};
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::RSA_PSS_SHA256;

const LARGE: u64 = 200_000_000;
const ROUNDS: usize = 7;
/// Pieces in which a file is read, hashed and copied where nothing of the library is involved.
const PIECE: usize = 64 << 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["--child", operation, file, dir] = arguments[..] {
        child(operation, Path::new(file), Path::new(dir));
        return ExitCode::SUCCESS;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let pki = Pki::rsa(2048);
    keys::save(&pki, dir.path()).expect("room in the temporary folder");
    let mut table = Table::default();
    println!("{:54} {:>12}  {:16}", "figure", "measured", "bar");
    small(&mut table, &pki);
    process(&mut table, &pki, dir.path());
    large_in_memory(&mut table, &pki);
    large_files(&mut table, &pki, dir.path());
    println!("\n{} bars, {} missed", table.bars, table.missed);
    if table.missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Table {
    bars: usize,
    missed: usize,
}

impl Table {
    /// A line without a bar.
    fn figure(name: &str, value: f64, unit: &str) {
        println!("{name:54} {value:>9.3} {unit:2}");
    }

    fn bar(&mut self, name: &str, value: f64, unit: &str, at_most: f64) {
        self.bars += 1;
        let met = value <= at_most;
        self.missed += usize::from(!met);
        let verdict = if met { "met" } else { "NOT met" };
        println!("{name:54} {value:>9.3} {unit:2}  at most {at_most:<8} {verdict}");
    }
}

/// The document of 100 KB, warm and in memory.
fn small(table: &mut Table, pki: &Pki) {
    let document = pdf::of_size(100_000);
    let (trust, elliptic) = (pki.trust(), Pki::new());
    let bare = keys::bare_rsa(pki);
    let random = SystemRandom::new();
    let mut signature = vec![0; bare.public().modulus_len()];
    let mut bare_sign = || bare.sign(&RSA_PSS_SHA256, &random, b"message", &mut signature).expect("a signature");
    let signed = sign_memory(&document, &pki.signer);
    let signed_elliptic = sign_memory(&document, &elliptic.signer);
    let (mut operations, mut signs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let operation = per_call(100, &mut bare_sign);
        let sign = per_call(100, || sign_memory(&document, &pki.signer));
        operations.push(operation);
        signs.push(sign);
        ratios.push(sign / operation);
    }
    Table::figure("one RSA-2048 signature of ring (PSS, SHA-256)", median(&operations) * 1e3, "ms");
    Table::figure("100 KB: sign, RSA-2048", median(&signs) * 1e3, "ms");
    table.bar("100 KB: sign, RSA-2048 / one RSA-2048 signature", median(&ratios), "x", 1.5);
    let sign = per_call(500, || sign_memory(&document, &elliptic.signer));
    table.bar("100 KB: sign, P-256", sign * 1e3, "ms", 0.4);
    let verify = per_call(500, || verify_memory(&signed, &trust));
    table.bar("100 KB: verify, RSA-2048", verify * 1e3, "ms", 1.0);
    let trust = elliptic.trust();
    let verify = per_call(500, || verify_memory(&signed_elliptic, &trust));
    table.bar("100 KB: verify, P-256", verify * 1e3, "ms", 1.0);
}

/// The command line as a whole process, from start to exit.
fn process(table: &mut Table, pki: &Pki, dir: &Path) {
    let program = binary();
    let (file, root) = (dir.join("small.pdf"), dir.join("root.der"));
    std::fs::write(&file, sign_memory(&pdf::of_size(100_000), &pki.signer)).expect("room in the temporary folder");
    let run = || {
        let mut command = Command::new(&program);
        command.arg("verify").arg(&file).arg("--trust").arg(&root).stdout(Stdio::null());
        command.status().expect("the command line")
    };
    // 2 is "indeterminate": sound, and revocation is not checked.
    assert_eq!(run().code(), Some(2), "{} does not verify what the library signed", program.display());
    table.bar("100 KB: condau verify, whole process", per_call(50, run) * 1e3, "ms", 15.0);
}

/// The binary that was built along with this one, or `CONDAU_BIN`.
fn binary() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join("condau")));
    let program = std::env::var_os("CONDAU_BIN").map(PathBuf::from).or(beside).unwrap_or_default();
    assert!(
        program.is_file(),
        "{} is missing: cargo build --release -p condau --features cli, or set CONDAU_BIN",
        program.display()
    );
    program
}

/// 200 MB, warm and in memory.
fn large_in_memory(table: &mut Table, pki: &Pki) {
    let document = pdf::of_size(usize::try_from(LARGE).expect("a 64-bit machine"));
    let signed = sign_memory(&document, &pki.signer);
    let trust = pki.trust();
    let (mut passes, mut verifies, mut signs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let pass = seconds(|| digest::digest(&digest::SHA256, &signed));
        let copy = seconds(|| document.clone());
        passes.push(pass);
        verifies.push(seconds(|| verify_memory(&signed, &trust)) / pass);
        signs.push(seconds(|| sign_memory(&document, &pki.signer)) / (pass + copy));
    }
    Table::figure("200 MB: one pass of SHA-256, in memory", median(&passes), "s");
    table.bar("200 MB: verify / one pass, in memory", median(&verifies), "x", 1.4);
    table.bar("200 MB: sign / (one pass + one copy), in memory", median(&signs), "x", 1.5);
}

/// 200 MB and the file of many objects, by the file API, and the memory of every way.
fn large_files(table: &mut Table, pki: &Pki, dir: &Path) {
    let (plain, many, out) = (dir.join("plain.pdf"), dir.join("many.pdf"), dir.join("out.pdf"));
    files::one_large_stream(&plain, LARGE).expect("room in the temporary folder");
    files::many_objects(&many, 1_800_000, 208_000_000).expect("room in the temporary folder");
    let trust = pki.trust();
    let [signed_plain, signed_many] = [(&plain, "plain.signed.pdf"), (&many, "many.signed.pdf")].map(|(file, name)| {
        let signed = dir.join(name);
        sign_file(file, &signed, &pki.signer);
        signed
    });
    let (mut passes, mut verifies, mut signs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut signs_many, mut verifies_many) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let pass = seconds(|| hash_file(&plain));
        let copy = seconds(|| copy_file(&plain, &out));
        let verify = seconds(|| verify_file(&signed_plain, &trust));
        let sign = seconds(|| sign_file(&plain, &out, &pki.signer));
        passes.push(pass);
        verifies.push(verify / pass);
        signs.push(sign / (pass + copy));
        let (pass, copy) = (seconds(|| hash_file(&many)), seconds(|| copy_file(&many, &out)));
        verifies_many.push(seconds(|| verify_file(&signed_many, &trust)) / pass);
        signs_many.push(seconds(|| sign_file(&many, &out, &pki.signer)) / (pass + copy));
    }
    Table::figure("200 MB: one pass of SHA-256, from a file", median(&passes), "s");
    table.bar("200 MB: verify / one pass, file API", median(&verifies), "x", 1.4);
    table.bar("200 MB: sign / (one pass + one copy), file API", median(&signs), "x", 1.5);
    table.bar("208 MB, 1.8 million objects: verify / one pass", median(&verifies_many), "x", 1.4);
    table.bar("208 MB, 1.8 million objects: sign / (pass + copy)", median(&signs_many), "x", 1.5);

    for (name, file, signed) in [("200 MB", &plain, &signed_plain), ("1.8 million objects", &many, &signed_many)] {
        for (operation, file) in [("verify", signed), ("sign", file)] {
            let peak = peak(&format!("{operation}-file"), file, dir);
            table.bar(&format!("{name}: peak memory, {operation}, file API"), peak / f64::from(1 << 20), "MB", 32.0);
            #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
            let len = std::fs::metadata(file).map_or(1.0, |metadata| metadata.len() as f64);
            let beyond = peak_in_memory(operation, file, dir) - len;
            table.bar(&format!("{name}: memory beyond the input / file, {operation}"), beyond / len, "x", 1.2);
        }
    }
}

fn sign_memory(document: &[u8], signer: &KeyPair) -> Vec<u8> {
    sign::pdf(&document).sign(signer, now()).expect("a signed document").bytes
}

fn verify_memory(document: &[u8], trust: &TrustStore) {
    check(&verify::pdf(&document, trust, &Policy::default(), now()).expect("a report"));
}

fn sign_file(from: &Path, to: &Path, signer: &KeyPair) {
    let source = FileSource::open(from).expect("the file to sign");
    let mut out = BufWriter::with_capacity(PIECE, File::create(to).expect("room in the temporary folder"));
    sign::pdf(&source).sign_to(signer, now(), &mut out).expect("a signed document");
    out.flush().expect("room in the temporary folder");
}

fn verify_file(file: &Path, trust: &TrustStore) {
    let source = FileSource::open(file).expect("the signed file");
    check(&verify::pdf(&source, trust, &Policy::default(), now()).expect("a report"));
}

/// A figure for a wrong answer is worth nothing.
fn check(report: &verify::Report) {
    let [signature] = report.signatures.as_slice() else { panic!("{} signatures", report.signatures.len()) };
    assert_eq!(signature.integrity, Integrity::Intact);
    assert_eq!(signature.chain.len(), 2);
}

fn hash_file(path: &Path) -> digest::Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    pieces(path, |piece| context.update(piece));
    context.finish()
}

fn copy_file(from: &Path, to: &Path) {
    let mut out = File::create(to).expect("room in the temporary folder");
    pieces(from, |piece| out.write_all(piece).expect("room in the temporary folder"));
}

fn pieces(path: &Path, mut each: impl FnMut(&[u8])) {
    let mut file = File::open(path).expect("a file of this run");
    let mut buffer = vec![0; PIECE];
    loop {
        match file.read(&mut buffer).expect("a file of this run") {
            0 => break,
            count => each(&buffer[..count]),
        }
    }
}

fn peak(operation: &str, file: &Path, dir: &Path) -> f64 {
    let (file, dir) = (file.display().to_string(), dir.display().to_string());
    let child = measure::child(&["--child", operation, &file, &dir], 8 << 30, Duration::from_secs(60));
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    child.map(|child| child.peak as f64).expect("a child that reports")
}

fn peak_in_memory(operation: &str, file: &Path, dir: &Path) -> f64 {
    peak(&format!("{operation}-memory"), file, dir)
}

fn child(operation: &str, file: &Path, dir: &Path) {
    let (signer, trust) = keys::load(dir).expect("the keys that the parent wrote");
    let read = || std::fs::read(file).expect("the file that the parent wrote");
    match operation {
        "verify-file" => verify_file(file, &trust),
        "sign-file" => sign_file(file, &dir.join("out.pdf"), &signer),
        "verify-memory" => verify_memory(&read(), &trust),
        "sign-memory" => drop(sign_memory(&read(), &signer)),
        other => panic!("unknown operation {other}"),
    }
    measure::report(0.0, operation);
}
