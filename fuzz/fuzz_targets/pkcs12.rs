//! See `condau_fuzz::pkcs12`.
#![cfg_attr(fuzzing, no_main)]

condau_fuzz::target!(condau_fuzz::pkcs12);
