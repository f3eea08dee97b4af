//! Writes the glue of a wasm-bindgen module for `web`, which the package's node entry shares.
//!
//! `wasm-bindgen-cli` does the same and takes minutes to install; this is the part of it that is needed.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [module, name, out] = arguments.as_slice() else {
        eprintln!("usage: condau-wasm-bundler MODULE.wasm NAME OUT-DIR");
        return ExitCode::from(2);
    };
    let result = Bindgen::new()
        .input_path(module)
        .out_name(&name.to_string_lossy())
        .web(true)
        .map(|bindgen| bindgen.typescript(false).remove_producers_section(true).omit_default_module_path(false))
        .and_then(|bindgen| bindgen.generate(out));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
