// Loaded into a process under test (`node --require`): its clock goes back by R3DVS_CLOCK_BACK seconds,
// R3DVS_CLOCK_AFTER ms after it began, as where an administrator sets it. In the process and its threads alike; what
// the kernel stamps on files is not changed, which is worse than a clock set back.
const [back, after] = [Number(process.env.R3DVS_CLOCK_BACK), Number(process.env.R3DVS_CLOCK_AFTER)];
const RealDate = Date;
const began = performance.now();
const now = () => RealDate.now() - (performance.now() - began > after ? 1000 * back : 0);

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }

  static now() {
    return now();
  }
};
