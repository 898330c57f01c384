import type { Recall, Remember } from "../native/selfCheckMemory.js";
import type { NetworkBackend } from "./networkBackend.js";
import { type BackendPackage, packageBackend, packageFolder } from "./packageBackend.js";
import { WebgpuThread } from "./webgpuThread.js";

/** Dawn, Chromium's WebGPU, with its libraries for every system: 130 MB. */
export const WEBGPU: BackendPackage = {
  name: "webgpu",
  npmName: "webgpu",
  npmVersion: "0.6.2",
  variable: "R3DVS_WEBGPU",
  needsScripts: false,
};

/** Networks on the graphics processor that WebGPU finds. */
export function webgpuBackend(folder?: string, recall?: Recall, remember?: Remember): NetworkBackend {
  return packageBackend(
    WEBGPU,
    () => new WebgpuThread(folder ?? packageFolder(WEBGPU)).engines,
    folder,
    recall,
    remember,
  );
}
