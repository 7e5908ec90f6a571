//! What a renderer's name says of the graphics processor.

/// The family: the name up to the first digits of its number, so that chips of one generation are alike (`GeForce RTX 30`,
/// `Adreno (TM) 6`, `Apple M4`). They share limits, extensions and, mostly, the way they draw.
pub fn family(renderer: &str) -> String {
    // inside ANGLE's parentheses the second part names the chip
    let inner = renderer.strip_prefix("ANGLE (").and_then(|rest| rest.split(", ").nth(1)).unwrap_or(renderer);
    let name = inner.split(" (0x").next().unwrap_or(inner);
    let name = name.split("/PCIe").next().unwrap_or(name);
    let Some(start) = name.find(|c: char| c.is_ascii_digit()) else { return name.to_owned() };
    let digits = name.chars().skip(start).take_while(char::is_ascii_digit).count();
    let kept = match digits {
        0..=2 => digits,
        3 => 1,
        _ => 2,
    };
    name.chars().take(start + kept).collect()
}

/// Whether it draws on the processor: virtual machines, failed drivers.
pub fn is_software(renderer: &str) -> bool {
    ["SwiftShader", "Basic Render", "llvmpipe"].iter().any(|name| renderer.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_of_one_generation_are_one_family() {
        let angle =
            |name| format!("ANGLE (NVIDIA, NVIDIA GeForce {name} (0x00002504) Direct3D11 vs_5_0 ps_5_0, D3D11)");
        assert_eq!(family(&angle("RTX 3060")), family(&angle("RTX 3090")));
        assert_ne!(family(&angle("RTX 3060")), family(&angle("RTX 4060")));
        assert_eq!(family("Adreno (TM) 619"), "Adreno (TM) 6");
        assert_eq!(
            family("ANGLE (Apple, ANGLE Metal Renderer: Apple M4 Pro, Unspecified Version)"),
            "ANGLE Metal Renderer: Apple M4"
        );
        assert!(is_software("ANGLE (Microsoft, Microsoft Basic Render Driver (0x0000008C))"));
    }
}
