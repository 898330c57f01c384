// The text that the files of test/fixtures/packed hold: see PROVENANCE.md there.
import { someValues, volumetricText } from "../densities/volumetricText.js";

export const PACKED_TEXT = volumetricText({ grid: [10, 12, 9], blocks: [someValues(1080, 5).map(Math.abs)] });
