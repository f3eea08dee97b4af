//! Signing and verifying a document of 100 KB, for comparing one change of the library with the next.

use condau::verify::{self, Policy};
use condau::{keys::KeyPair, sign, x509::TrustStore};
use condau_benches::common::{now, pdf, pki::Pki};
use criterion::{Criterion, criterion_group, criterion_main};

fn small(criterion: &mut Criterion) {
    let document = pdf::of_size(100_000);
    for (name, pki) in [("RSA-2048", Pki::rsa(2048)), ("P-256", Pki::new())] {
        let (signer, anchors): (&KeyPair, TrustStore) = (&pki.signer, pki.trust());
        let mut group = criterion.benchmark_group(format!("100 KB, {name}"));
        group.bench_function("sign", |bencher| {
            bencher.iter(|| sign::pdf(&document).sign(signer, now()).unwrap());
        });
        let result = sign::pdf(&document).sign(signer, now()).unwrap().bytes;
        group.bench_function("verify", |bencher| {
            bencher.iter(|| verify::pdf(&result, &anchors, &Policy::default(), now()).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, small);
criterion_main!(benches);
