//! See `condau_fuzz::certificate`.
#![cfg_attr(fuzzing, no_main)]

condau_fuzz::target!(condau_fuzz::certificate);
