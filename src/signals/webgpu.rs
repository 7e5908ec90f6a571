//! What the graphics adapter of WebGPU can do, and its vendor and architecture: limits follow from chip and driver.
//!
//! In a worker. A browser without an adapter answers null: absent. Lies: browsers round limits down to tiers
//! (WebGPU section 3.6.2), always to the same on one machine.

use super::{Cost, Pending, Reading, Scope, Signal, Stability, properties};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "webgpu", stability: Stability::Machine, cost: Cost::Rendering, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    Ok(Reading::Pending(Pending { promise: browser.at("navigator.gpu.requestAdapter()")?, finish }))
}

fn finish(_: &Browser, adapter: &Value) -> Result<Reading, Fault> {
    properties(
        adapter,
        &[
            "info.vendor",
            "info.architecture",
            "limits.maxTextureDimension2D",
            "limits.maxTextureArrayLayers",
            "limits.maxBufferSize",
            "limits.maxStorageBufferBindingSize",
            "limits.maxComputeWorkgroupStorageSize",
            "limits.maxComputeInvocationsPerWorkgroup",
            "limits.maxColorAttachmentBytesPerSample",
            "limits.maxInterStageShaderVariables",
        ],
    )
}
