//! See `condau_fuzz::ber_to_der`.
#![cfg_attr(fuzzing, no_main)]

condau_fuzz::target!(condau_fuzz::ber_to_der);
