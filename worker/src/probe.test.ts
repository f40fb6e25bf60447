import { describe, expect, it } from "vitest";
import { chooseProvider, isSoftwareVulkan, type ProviderProbe } from "./probe";

describe("choice of provider", () => {
  const probe = (name: ProviderProbe["name"], more: Partial<ProviderProbe> = {}): ProviderProbe => ({
    name,
    runs: true,
    detail: "",
    numericClass: "",
    runtimeVersion: "",
    software: false,
    flopsPerSecond: 1,
    ...more,
  });
  const chosen = (...probes: ProviderProbe[]) => chooseProvider("auto", probes).name;

  it("takes CUDA, then a faster WebGPU on real hardware, then the processor", () => {
    const cpu = probe("cpu", { flopsPerSecond: 10 });
    expect(chosen(cpu, probe("webgpu"), probe("cuda"))).toBe("cuda");
    expect(chosen(cpu, probe("webgpu", { flopsPerSecond: 20 }))).toBe("webgpu");
    expect(chosen(cpu, probe("webgpu", { flopsPerSecond: 5 }))).toBe("cpu");
    expect(chosen(cpu, probe("webgpu", { flopsPerSecond: 20, software: true }))).toBe("cpu");
    expect(chosen(cpu, probe("cuda", { runs: false }))).toBe("cpu");
  });

  it("says why a wish cannot be met", () => {
    const cuda = probe("cuda", { runs: false, detail: "No driver." });
    expect(() => chooseProvider("cuda", [cuda])).toThrow(/No driver\. .*--provider auto/);
    expect(() => chooseProvider("auto", [cuda])).toThrow(/cuda: No driver/);
  });

  it("knows a software Vulkan by its driver file", () => {
    expect(isSoftwareVulkan({ VK_ICD_FILENAMES: "/x/vk_swiftshader_icd.json" })).toBe(true);
    expect(isSoftwareVulkan({ VK_DRIVER_FILES: "/x/lvp_icd.x86_64.json" })).toBe(true);
  });
});
