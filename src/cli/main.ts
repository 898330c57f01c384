#!/usr/bin/env node
import path from "node:path";
import { requireCached } from "../jobs/files/codeCache.js";

// what is asked of single files must not wait for the code that learns to be loaded
requireCached(path.join(__dirname, process.argv[2] === "info" ? "cliInfo.js" : "cliCommands.js"));
