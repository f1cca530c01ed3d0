//! Ids that look like AWS's and are the same whenever the same calls are made.
use crate::sandbox::World;

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// Numbers that follow from a seed: the `SplitMix64` sequence.
struct Numbers(u64);

impl Numbers {
    /// The next seed of this world.
    fn next_of(world: &mut World) -> Self {
        world.ids += 1;
        Self(world.ids.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn letters(&mut self, count: usize, alphabet: &[u8]) -> String {
        let size = alphabet.len() as u64;
        (0..count)
            .map(|_| usize::try_from(self.number() % size).map_or('0', |index| char::from(alphabet[index])))
            .collect()
    }
}

/// A pool's id: `eu-west-1_Ab3dE6gH9` (`user_pool.md`, head).
pub(super) fn pool(world: &mut World, region: &str) -> String {
    format!("{region}_{}", Numbers::next_of(world).letters(9, MIXED))
}

/// A client's id: 26 lower-case letters and digits.
pub(super) fn client(world: &mut World) -> String {
    Numbers::next_of(world).letters(26, LOWER)
}

/// A client's secret, as Cognito generates them: 51 lower-case letters and digits.
pub(super) fn secret(world: &mut World) -> String {
    Numbers::next_of(world).letters(51, LOWER)
}

/// A distribution's host name: `d111111abcdef8.cloudfront.net`.
pub(super) fn distribution(world: &mut World) -> String {
    format!("d{}.cloudfront.net", Numbers::next_of(world).letters(13, LOWER))
}

/// A UUID of version 4.
pub(super) fn uuid(world: &mut World) -> String {
    let mut numbers = Numbers::next_of(world);
    format!(
        "{}-{}-4{}-{}{}-{}",
        numbers.letters(8, HEX),
        numbers.letters(4, HEX),
        numbers.letters(3, HEX),
        numbers.letters(1, b"89ab"),
        numbers.letters(3, HEX),
        numbers.letters(12, HEX),
    )
}
