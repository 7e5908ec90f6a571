// Pauses between two signals, on the page and in the worker.

/**
 * Ends the task, so that the page can work and what was digested can be told. Digesting is no such pause: engines answer
 * small ones within the same task. A message, because timers wait 4 ms and `scheduler.yield` is missing in WebKit.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
