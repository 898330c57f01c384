/** Runs one request at a time; of those that come meanwhile only the newest is kept. */
export class Latest {
  private isBusy = false;
  private next: (() => Promise<void>) | undefined;

  constructor(private readonly failed: (error: unknown) => void) {}

  ask(request: () => Promise<void>): void {
    this.next = request;
    if (!this.isBusy) void this.work();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.next !== undefined) {
      const request = this.next;
      this.next = undefined;
      try {
        await request();
      } catch (error) {
        if (this.next === undefined) this.failed(error);
      }
    }
    this.isBusy = false;
  }
}
