//! See `condau_fuzz::pem`.
#![cfg_attr(fuzzing, no_main)]

condau_fuzz::target!(condau_fuzz::pem);
