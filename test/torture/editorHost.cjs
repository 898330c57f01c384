// An editor's host as far as a run knows it, to be killed at any instant: it has a job process, starts runs as the
// extension does, and asks about them.
// `node editorHost.cjs STARTRUN.cjs DIST RUN...`: STARTRUN.cjs is src/host/process/startRun.ts, bundled.
const { fork } = require("node:child_process");
const path = require("node:path");

const [startRunFile = "", dist = "", ...runs] = process.argv.slice(2);
const { startRun } = require(startRunFile);
const jobs = fork(path.join(dist, "worker.js"), ["--threads", "1"], { serialization: "advanced", stdio: "ignore" });
jobs.on("error", () => {});

let id = 0;
const call = (method, params) => jobs.connected && jobs.send({ rpc: "call", id: ++id, method, params }, () => {});

void (async () => {
  for (const run of runs) await startRun(path.join(dist, "run.js"), run);
  // what views ask, and now and then what a person does
  for (let turn = 1; ; turn++) {
    for (const run of runs) {
      call("readRun", { folder: run, parity: true });
      call("listRuns", { dataset: path.dirname(path.dirname(path.dirname(run))) });
      if (turn % 7 === 0) call("writeReport", { folder: run });
      if (turn % 11 === 0) call("stopRun", { folder: run });
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
})();
