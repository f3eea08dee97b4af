//! This side of `peers/measure.py`: the files that every tool gets, and the same work done by the library.
//!
//! `peer prepare DIR` writes `small.pdf`, `large.pdf`, both signed, and key, certificate and root in DER;
//! `peer time sign|verify FILE DIR` prints the median seconds of one call, warm and in memory.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::ExitCode;

use condau::pdf::FileSource;
use condau::verify::{self, Policy};
use condau::{Result, sign};
use condau_benches::common::{now, pdf, pki::Pki};
use condau_benches::{files, keys, measure};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["prepare", dir] => prepare(Path::new(dir)),
        ["time", operation @ ("sign" | "verify"), file, dir] => time(operation, Path::new(file), Path::new(dir)),
        _ => {
            eprintln!("peer prepare DIR | peer time sign|verify FILE DIR");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = &done {
        eprintln!("{error}");
    }
    ExitCode::from(u8::from(done.is_err()))
}

fn prepare(dir: &Path) -> Result<()> {
    let pki = Pki::rsa(2048);
    keys::save(&pki, dir)?;
    std::fs::write(dir.join("small.pdf"), pdf::of_size(100_000))?;
    files::one_large_stream(&dir.join("large.pdf"), 200_000_000)?;
    for name in ["small", "large"] {
        let source = FileSource::open(dir.join(format!("{name}.pdf")))?;
        let mut out = BufWriter::new(File::create(dir.join(format!("{name}.signed.pdf")))?);
        sign::pdf(&source).sign_to(&pki.signer, now(), &mut out)?;
    }
    Ok(())
}

fn time(operation: &str, file: &Path, dir: &Path) -> Result<()> {
    let (signer, trust) = keys::load(dir)?;
    let document = std::fs::read(file)?;
    let seconds = if operation == "sign" {
        sign::pdf(&document).sign(&signer, now())?;
        measure::per_call(100, || sign::pdf(&document).sign(&signer, now()))
    } else {
        verify::pdf(&document, &trust, &Policy::default(), now())?;
        measure::per_call(100, || verify::pdf(&document, &trust, &Policy::default(), now()))
    };
    println!("{seconds}");
    Ok(())
}
