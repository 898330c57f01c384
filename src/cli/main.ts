#!/usr/bin/env node
import path from "node:path";

// what is asked of single files must not wait for the code that learns to be loaded
require(path.join(__dirname, process.argv[2] === "info" ? "cliInfo.js" : "cliCommands.js"));
