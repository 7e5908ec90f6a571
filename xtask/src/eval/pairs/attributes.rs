//! The columns of a file of pairs, how finely their agreement is told apart, and which of them depend on each other.

/// One column.
#[derive(Debug)]
pub struct Attribute {
    /// Its heading.
    pub name: &'static str,
    /// Below equality, levels of agreement begin at these ratios, descending; none: equal or changed. What a device digests can only be
    /// equal or changed; the others stand in the request's headers.
    pub cuts: &'static [f64],
}

/// The heading of the label: 1 for two records of one browser, 0 for two browsers.
pub const LABEL: &str = "same_browser";

/// All columns but the label.
pub const ATTRIBUTES: &[Attribute] = &[
    Attribute { name: "acceptHttp", cuts: &[] },
    Attribute { name: "browserFamily", cuts: &[] },
    Attribute { name: "canvasJSHashed", cuts: &[] },
    Attribute { name: "cookiesJS", cuts: &[] },
    Attribute { name: "dntJS", cuts: &[] },
    Attribute { name: "encodingHttp", cuts: &[] },
    // the version's parts that differ: the last, the middle, all
    Attribute { name: "globalBrowserVersion", cuts: &[0.5, 0.3] },
    // below, more than the order or a region differs
    Attribute { name: "languageHttp", cuts: &[0.6] },
    Attribute { name: "localJS", cuts: &[] },
    // one of two digits differs, or both
    Attribute { name: "majorBrowserVersion", cuts: &[0.4] },
    Attribute { name: "os", cuts: &[] },
    Attribute { name: "platformJS", cuts: &[] },
    Attribute { name: "rendererWebGLJS", cuts: &[] },
    Attribute { name: "resolutionJS", cuts: &[] },
    Attribute { name: "sessionJS", cuts: &[] },
    Attribute { name: "timezoneJS", cuts: &[] },
    // a version, a version and a platform token, more
    Attribute { name: "userAgentHttp", cuts: &[0.95, 0.85] },
    Attribute { name: "vendorWebGLJS", cuts: &[] },
];

/// Columns that one cause changes together.
pub const GROUPS: &[&[&str]] = &[
    &["os", "platformJS"],
    &["browserFamily", "majorBrowserVersion", "globalBrowserVersion", "userAgentHttp"],
    // what else a browser's requests say of it
    &["acceptHttp", "encodingHttp", "dntJS"],
    &["canvasJSHashed", "rendererWebGLJS", "vendorWebGLJS"],
    &["cookiesJS", "localJS", "sessionJS"],
    // a trip
    &["languageHttp", "timezoneJS"],
    &["resolutionJS"],
];

/// The number of a column.
pub fn index(name: &str) -> Option<usize> {
    ATTRIBUTES.iter().position(|attribute| attribute.name == name)
}

impl Attribute {
    /// How many levels of agreement there are.
    pub fn levels(&self) -> u8 {
        self.cuts.iter().fold(2, |levels, _| levels + 1)
    }

    /// The level of agreement of a ratio between 0 and 1; 0 is equality.
    pub fn level(&self, ratio: f64) -> u8 {
        if ratio >= 1.0 { 0 } else { self.cuts.iter().fold(1, |level, cut| level + u8::from(ratio < *cut)) }
    }
}
