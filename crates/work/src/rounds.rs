//! The last block of SHA-256 (FIPS 180-4 section 6.2.2) for a counter: only the first word of the digest, and nothing that
//! is the same for every counter.

use crate::word::Word;

/// The initial state (FIPS 180-4 section 5.3.3).
pub const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Bits of the whole message: a block of 64 bytes and twice four.
const MESSAGE_BITS: u32 = 72 * 8;
/// The one that every message ends with.
const END: u32 = 0x8000_0000;

/// The words of the last block.
pub const fn last_block(puzzle: u32, counter: u32) -> [u32; 16] {
    [puzzle, counter, END, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, MESSAGE_BITS]
}

/// What is left to do for each counter of one puzzle.
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    middle: [u32; 8],
    puzzle: u32,
}

/// One round: the names move on by one place, so that nothing is copied.
macro_rules! round {
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $constant:expr, $word:expr) => {
        let sum = $h
            .plus(W::splat($constant))
            .plus($word)
            .plus($e.choose($f, $g))
            .plus($e.rotated::<6>().xor($e.rotated::<11>()).xor($e.rotated::<25>()));
        $d = $d.plus(sum);
        $h = sum.plus($a.majority($b, $c)).plus($a.rotated::<2>().xor($a.rotated::<13>()).xor($a.rotated::<22>()));
    };
}

/// Sixteen rounds with the constants from `$at` on.
macro_rules! sixteen {
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $at:literal, $w:ident) => {
        round!($a $b $c $d $e $f $g $h, CONSTANTS[$at], $w[0]);
        round!($h $a $b $c $d $e $f $g, CONSTANTS[$at + 1], $w[1]);
        round!($g $h $a $b $c $d $e $f, CONSTANTS[$at + 2], $w[2]);
        round!($f $g $h $a $b $c $d $e, CONSTANTS[$at + 3], $w[3]);
        round!($e $f $g $h $a $b $c $d, CONSTANTS[$at + 4], $w[4]);
        round!($d $e $f $g $h $a $b $c, CONSTANTS[$at + 5], $w[5]);
        round!($c $d $e $f $g $h $a $b, CONSTANTS[$at + 6], $w[6]);
        round!($b $c $d $e $f $g $h $a, CONSTANTS[$at + 7], $w[7]);
        round!($a $b $c $d $e $f $g $h, CONSTANTS[$at + 8], $w[8]);
        round!($h $a $b $c $d $e $f $g, CONSTANTS[$at + 9], $w[9]);
        round!($g $h $a $b $c $d $e $f, CONSTANTS[$at + 10], $w[10]);
        round!($f $g $h $a $b $c $d $e, CONSTANTS[$at + 11], $w[11]);
        round!($e $f $g $h $a $b $c $d, CONSTANTS[$at + 12], $w[12]);
        round!($d $e $f $g $h $a $b $c, CONSTANTS[$at + 13], $w[13]);
        round!($c $d $e $f $g $h $a $b, CONSTANTS[$at + 14], $w[14]);
        round!($b $c $d $e $f $g $h $a, CONSTANTS[$at + 15], $w[15]);
    };
}

/// The next sixteen words of the schedule, in place.
macro_rules! schedule {
    ($w:ident: $($t:literal)*) => {
        $(
            let (early, late) = ($w[($t + 1) % 16], $w[($t + 14) % 16]);
            $w[$t] = $w[$t]
                .plus(early.rotated::<7>().xor(early.rotated::<18>()).xor(early.shifted::<3>()))
                .plus($w[($t + 9) % 16])
                .plus(late.rotated::<17>().xor(late.rotated::<19>()).xor(late.shifted::<10>()));
        )*
    };
}

impl Tail {
    /// For a state after the fixed block, and a puzzle.
    pub const fn new(middle: [u32; 8], puzzle: u32) -> Self {
        Self { middle, puzzle }
    }

    /// The first word of the digest, for one counter or several side by side.
    #[inline]
    #[expect(clippy::many_single_char_names, reason = "the names that FIPS 180-4 gives them")]
    #[expect(unused_assignments, reason = "the last round moves a word that nobody asks for")]
    pub fn first<W: Word>(&self, counter: W) -> W {
        let mut w = last_block(self.puzzle, 0).map(W::splat);
        w[1] = counter;
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.middle.map(W::splat);
        sixteen!(a b c d e f g h, 0, w);
        schedule!(w: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        sixteen!(a b c d e f g h, 16, w);
        schedule!(w: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        sixteen!(a b c d e f g h, 32, w);
        schedule!(w: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        sixteen!(a b c d e f g h, 48, w);
        let [first, ..] = self.middle;
        a.plus(W::splat(first))
    }
}

/// The constants of the rounds (FIPS 180-4 section 4.2.2).
const CONSTANTS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];
