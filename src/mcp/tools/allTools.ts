import type { McpTool } from "../mcpTool.js";
import { checkTool } from "./checkTool.js";
import { describeTool } from "./describeTool.js";
import { encodeTool } from "./encodeTool.js";
import { infoTool } from "./infoTool.js";
import { predictTool } from "./predictTool.js";
import { profileTool } from "./profileTool.js";
import { studyStatusTool } from "./studyStatusTool.js";
import { targetsTool } from "./targetsTool.js";

/** What the server offers, in the order in which it lists them. */
export const TOOLS: readonly McpTool[] = [
  infoTool,
  predictTool,
  encodeTool,
  describeTool,
  targetsTool,
  studyStatusTool,
  checkTool,
  profileTool,
];
