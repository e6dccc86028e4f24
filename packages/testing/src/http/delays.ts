/** Real-time delays that end with their owner. */
export interface Delays {
  delay(ms: number): Promise<void>;
  /** Drops every delay under way; its wait never ends, and holds nothing. */
  cancelAll(): void;
}

export function createDelays(): Delays {
  const timers = new Set<NodeJS.Timeout>();
  return {
    delay: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          resolve();
        }, ms);
        timer.unref();
        timers.add(timer);
      }),
    cancelAll(): void {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
