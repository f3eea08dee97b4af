//! See `condau_fuzz::cms_parse`.
#![cfg_attr(fuzzing, no_main)]

condau_fuzz::target!(condau_fuzz::cms_parse);
