//! What the rounds calculate with: one 32-bit word, or four at once.

/// Arithmetic of SHA-256 (FIPS 180-4 section 3.2) on one counter or several side by side.
pub trait Word: Copy {
    /// Counters side by side.
    const COUNT: u32;

    /// The same number everywhere.
    fn splat(number: u32) -> Self;
    /// `from`, `from + 1` and so on.
    fn ascending(from: u32) -> Self;
    /// Sum modulo 2³².
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// Bits that differ.
    #[must_use]
    fn xor(self, other: Self) -> Self;
    /// `Ch`: where `self` has a one the bit of `yes`, else of `no`.
    #[must_use]
    fn choose(self, yes: Self, no: Self) -> Self;
    /// `Maj`: the bit that at least two of the three have.
    #[must_use]
    fn majority(self, second: Self, third: Self) -> Self;
    /// Rotated to the right.
    #[must_use]
    fn rotated<const BY: u32>(self) -> Self;
    /// Shifted to the right.
    #[must_use]
    fn shifted<const BY: u32>(self) -> Self;
    /// Whether the bits of `mask` are all zero in any of them.
    fn any_zero(self, mask: u32) -> bool;
}

impl Word for u32 {
    const COUNT: u32 = 1;

    #[inline]
    fn splat(number: u32) -> Self {
        number
    }

    #[inline]
    fn ascending(from: u32) -> Self {
        from
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    #[inline]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }

    #[inline]
    fn choose(self, yes: Self, no: Self) -> Self {
        no ^ (self & (yes ^ no))
    }

    #[inline]
    fn majority(self, second: Self, third: Self) -> Self {
        (self & second) | (third & (self | second))
    }

    #[inline]
    fn rotated<const BY: u32>(self) -> Self {
        self.rotate_right(BY)
    }

    #[inline]
    fn shifted<const BY: u32>(self) -> Self {
        self >> BY
    }

    #[inline]
    fn any_zero(self, mask: u32) -> bool {
        self & mask == 0
    }
}

/// As many as this build has side by side.
#[cfg(not(target_feature = "simd128"))]
pub type Lanes = u32;

/// As many as this build has side by side.
#[cfg(target_feature = "simd128")]
pub use four::Lanes;

#[cfg(target_feature = "simd128")]
mod four {
    use core::arch::wasm32::{
        i32x4_add, i32x4_eq, u32x4, u32x4_add, u32x4_shl, u32x4_shr, u32x4_splat, v128, v128_and, v128_any_true,
        v128_bitselect, v128_or, v128_xor,
    };

    use super::Word;

    /// Four words in a vector of WebAssembly.
    #[derive(Clone, Copy, Debug)]
    pub struct Lanes(v128);

    impl Word for Lanes {
        const COUNT: u32 = 4;

        #[inline]
        fn splat(number: u32) -> Self {
            Self(u32x4_splat(number))
        }

        #[inline]
        fn ascending(from: u32) -> Self {
            Self(u32x4_add(u32x4_splat(from), u32x4(0, 1, 2, 3)))
        }

        #[inline]
        fn plus(self, other: Self) -> Self {
            Self(i32x4_add(self.0, other.0))
        }

        #[inline]
        fn xor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0))
        }

        #[inline]
        fn choose(self, yes: Self, no: Self) -> Self {
            Self(v128_bitselect(yes.0, no.0, self.0))
        }

        #[inline]
        fn majority(self, second: Self, third: Self) -> Self {
            // where the first two differ the third decides
            Self(v128_bitselect(third.0, self.0, v128_xor(self.0, second.0)))
        }

        #[inline]
        fn rotated<const BY: u32>(self) -> Self {
            Self(v128_or(u32x4_shr(self.0, BY), u32x4_shl(self.0, 32 - BY)))
        }

        #[inline]
        fn shifted<const BY: u32>(self) -> Self {
            Self(u32x4_shr(self.0, BY))
        }

        #[inline]
        fn any_zero(self, mask: u32) -> bool {
            v128_any_true(i32x4_eq(v128_and(self.0, u32x4_splat(mask)), u32x4_splat(0)))
        }
    }
}
