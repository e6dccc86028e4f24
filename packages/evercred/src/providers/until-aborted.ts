/** Waits for what cannot be aborted itself, until the signal ends the wait. Rejects with the signal's reason. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    const done = (): void => signal.removeEventListener("abort", stop);
    work.then(resolve, reject).finally(done);
    if (signal.aborted) {
      stop();
    }
  });
}
