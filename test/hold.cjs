// Loaded into a process under test (`node --require`), so that a test can do something to it at a certain moment,
// however quick or slow the machine is.
// R3DVS_HOLD_EPOCH=N: a computing thread waits once it has told of epoch N or a later one, until it is asked to stop
// (or is killed).
// R3DVS_HOLD_UNTIL=FILE: the same, until the file is there as well.
// R3DVS_HOLD_TASK=1: a computing thread that is given a task waits before it begins, deaf to a request to stop, until
// it is ended.
// R3DVS_HOLD_LINE=TEXT: the process waits once it has written a line on stdout that has the text in it, until it is
// killed or the test that started it is gone.
const { existsSync } = require("node:fs");
const { isMainThread, parentPort, workerData } = require("node:worker_threads");

const epoch = Number(process.env.R3DVS_HOLD_EPOCH ?? Number.NaN);
const line = process.env.R3DVS_HOLD_LINE;
const released = process.env.R3DVS_HOLD_UNTIL;
const clock = new Int32Array(new SharedArrayBuffer(4));
const starter = process.ppid;
const waitWhile = (isHeld) => {
  while (isHeld()) Atomics.wait(clock, 0, 0, 10);
};

if (!isMainThread && parentPort && workerData?.stopFlag && !Number.isNaN(epoch)) {
  const post = parentPort.postMessage.bind(parentPort);
  parentPort.postMessage = (message, ...more) => {
    post(message, ...more);
    if (message?.rpc === "event" && message.payload?.report?.epoch >= epoch)
      waitWhile(() => Atomics.load(workerData.stopFlag, 0) === 0 && !(released && existsSync(released)));
  };
}

if (!isMainThread && parentPort && workerData?.stopFlag && process.env.R3DVS_HOLD_TASK) {
  const on = parentPort.on.bind(parentPort);
  parentPort.on = (event, listener) => {
    const held = (message) => {
      if (message?.rpc === "call" && message.method === "trainTask") waitWhile(() => true);
      listener(message);
    };
    return on(event, event === "message" ? held : listener);
  };
}

if (isMainThread && line !== undefined) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...more) => {
    const written = write(text, ...more);
    if (String(text).includes(line)) waitWhile(() => process.ppid === starter);
    return written;
  };
}
