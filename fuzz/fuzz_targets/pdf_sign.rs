//! See `condau_fuzz::pdf_sign`.
#![cfg_attr(fuzzing, no_main)]

condau_fuzz::target!(condau_fuzz::pdf_sign);
