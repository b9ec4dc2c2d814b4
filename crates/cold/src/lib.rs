//! Keys and values of any number, in order, as of one moment.
