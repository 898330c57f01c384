import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";
import { packages } from "./paths.ts";

export interface BrowserOptions {
  /** Software WebGL2, or a browser that has none (as without drivers). Default true. */
  readonly webgl?: boolean;
}

const QUIET = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/**
 * As Chromium does on a machine without a graphics card: pages are put together by the processor itself, and software
 * GL draws WebGL alone. With the compositor in software GL as well, the same page costs five times as much.
 */
const SOFTWARE_WEBGL = [
  "--disable-gpu-compositing",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];
const NO_WEBGL = ["--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis"];

/** Starts the headless Chromium that comes with the npm packages. */
export async function launchBrowser({ webgl = true }: BrowserOptions = {}): Promise<Browser> {
  const home = await unpackChromium();
  const hasFonts = existsSync("/etc/fonts/fonts.conf");
  return chromium.launch({
    executablePath: path.join(home, "chromium"),
    headless: true,
    args: [...QUIET, ...(webgl ? SOFTWARE_WEBGL : NO_WEBGL)],
    ...(hasFonts ? {} : { env: { ...process.env, FONTCONFIG_PATH: path.join(home, "fonts") } }),
  });
}

/**
 * Unpacks the browser beside its package, once: the package's own choice, the machine's temporary folder, may hold
 * another version or half a file.
 */
export async function unpackChromium(): Promise<string> {
  const home = path.join(packages, ".browser");
  if (existsSync(home)) return home;
  const partial = mkdtempSync(`${home}-`);
  const outer = process.env.TMPDIR;
  process.env.TMPDIR = partial;
  try {
    await sparticuz.executablePath();
  } finally {
    if (outer === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = outer;
  }
  moveUnlessThere(partial, home);
  return home;
}

function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true });
  }
}
