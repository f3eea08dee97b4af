//! The arguments. Their texts stand in the catalogue, see [`crate::help`].

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use condau::{Language, Time};

#[derive(Parser)]
#[command(name = "condau", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[arg(long, global = true, value_enum, hide_possible_values = true, env = "CONDAU_LANG", hide_env = true)]
    pub(crate) lang: Option<Lang>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Sign(Sign),
    Verify(Verify),
    Prepare(Prepare),
    Finish(Finish),
    Pki(Pki),
    Demo(Demo),
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Lang {
    Vi,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Vi => Self::Vi,
            Lang::En => Self::En,
        }
    }
}

#[derive(Args)]
pub(crate) struct Sign {
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) out: Out,
    #[command(flatten)]
    pub(crate) key: Key,
    #[command(flatten)]
    pub(crate) what: What,
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where a signed file goes.
#[derive(Args)]
pub(crate) struct Out {
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[arg(long)]
    pub(crate) force: bool,
}

/// The private key of the signer.
#[derive(Args)]
#[command(group = ArgGroup::new("source").args(["p12", "key", "pkcs11"]).required(true))]
#[allow(clippy::struct_field_names)] // the fields are the options
pub(crate) struct Key {
    #[arg(long, value_name = "FILE")]
    pub(crate) p12: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    #[arg(long, value_name = "MODULE")]
    pub(crate) pkcs11: Option<PathBuf>,
    // `requires = "pkcs11"` alone is satisfied by anything that excludes it.
    #[arg(long, value_name = "LABEL", conflicts_with_all = ["p12", "key"])]
    pub(crate) token: Option<String>,
    #[arg(long, value_name = "LABEL", conflicts_with_all = ["p12", "key"])]
    pub(crate) cert_label: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) cert: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "password_env")]
    pub(crate) password_file: Option<PathBuf>,
    #[arg(long, value_name = "NAME")]
    pub(crate) password_env: Option<String>,
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(crate) padding: Option<Padding>,
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(crate) digest: Option<Digest>,
}

/// What the signature says about itself.
#[derive(Args)]
pub(crate) struct What {
    #[arg(long, value_name = "NAME")]
    pub(crate) field: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) location: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) contact: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<Time>,
    #[arg(long)]
    pub(crate) repair: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Padding {
    Pss,
    Pkcs1,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Args)]
pub(crate) struct Verify {
    #[arg(required = true)]
    pub(crate) file: Vec<PathBuf>,
    #[arg(long, value_name = "PATH")]
    pub(crate) trust: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) cert: Vec<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<Time>,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Prepare {
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) cert: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) session: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) to_sign: Option<PathBuf>,
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(crate) padding: Option<Padding>,
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(crate) digest: Option<Digest>,
    #[command(flatten)]
    pub(crate) what: What,
    #[arg(long)]
    pub(crate) force: bool,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Finish {
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) session: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: PathBuf,
    #[command(flatten)]
    pub(crate) out: Out,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Pki {
    #[command(subcommand)]
    pub(crate) command: PkiCommand,
}

#[derive(Subcommand)]
pub(crate) enum PkiCommand {
    New(PkiNew),
}

#[derive(Args)]
pub(crate) struct PkiNew {
    pub(crate) dir: PathBuf,
    #[arg(long, value_enum, hide_possible_values = true, hide_default_value = true, default_value = "rsa2048")]
    pub(crate) algorithm: PkiAlgorithm,
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<Time>,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum PkiAlgorithm {
    Rsa2048,
    Rsa3072,
    P256,
    P384,
    Ed25519,
}

#[derive(Args)]
pub(crate) struct Demo {
    #[arg(hide_default_value = true, default_value = "demo")]
    pub(crate) dir: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,
    #[arg(long)]
    pub(crate) json: bool,
}

fn time(text: &str) -> Result<Time, condau::Error> {
    Time::parse(text)
}
