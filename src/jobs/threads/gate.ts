/** Lets `size` calls through at a time, in the order they came. */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  /** How many of those that waited are through. */
  private through = 0;
  private inside = 0;

  constructor(private readonly size: number) {}

  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.inside >= this.size) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.inside++;
    try {
      return await call();
    } finally {
      const next = this.waiting[this.through];
      if (next) this.through++;
      if (next) next();
      else this.inside--;
    }
  }
}
