import type { FromCrystalView, ToCrystalView } from "../../src/protocol/crystalView.js";
import type { FromVoxelView, ToVoxelView } from "../../src/protocol/voxelView.js";
import { connectHost } from "../ui/hostPort.js";
import { onThemeChange } from "../ui/themeColors.js";
import { registerControls } from "../ui/toolkit.js";
import { MaterialPage } from "./materialPage.js";
import type { PageState } from "./pageState.js";
import "./main.css";

const host = connectHost<FromVoxelView | FromCrystalView, ToVoxelView | ToCrystalView, PageState>();
registerControls();
document.body.dataset.view = "voxels";
const page = new MaterialPage(document.getElementById("app") ?? document.body, host);
host.onMessage((message) => page.receive(message));
onThemeChange(() => page.refreshTheme());
host.post({ type: "ready" });
