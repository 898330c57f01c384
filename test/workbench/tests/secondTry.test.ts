import assert from "node:assert/strict";
import { test } from "node:test";
import { errors } from "playwright-core";
import { tryTwice, waitFor } from "../harness/waiting.ts";

/** Work that fails with the given errors, one after the other, and then passes; and how often it was done. */
function failing(...failures: (() => Promise<void>)[]): { work: () => Promise<void>; tries: () => number } {
  let tries = 0;
  return {
    work: async () => {
      tries += 1;
      await failures[tries - 1]?.();
    },
    tries: () => tries,
  };
}

const late = () => waitFor(() => false, "what never comes", 1);
const driverLate = () => Promise.reject(new errors.TimeoutError("Timeout 1ms exceeded"));
const wrong = () => Promise.reject(new assert.AssertionError({ message: "2 is not 3" }));

test("What waits in vain is tried once more, what is wrong is not", async () => {
  for (const wait of [late, driverLate]) {
    const once = failing(wait);
    assert.equal(await tryTwice(once.work), true);
    assert.equal(once.tries(), 2);
    const twice = failing(wait, wait, wait);
    await assert.rejects(tryTwice(twice.work));
    assert.equal(twice.tries(), 2);
  }
  const fault = failing(wrong);
  await assert.rejects(tryTwice(fault.work), /2 is not 3/);
  assert.equal(fault.tries(), 1);
  const fine = failing();
  assert.equal(await tryTwice(fine.work), false);
  assert.equal(fine.tries(), 1);
});
