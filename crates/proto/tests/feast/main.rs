//! What Feast wrote, read and written again.

#![allow(clippy::unwrap_used, clippy::panic)] // all of it is tests

mod message;
mod registry;
mod value;

fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}
