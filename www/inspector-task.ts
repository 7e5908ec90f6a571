// Pauses, so that no task holds the page up.

/** Ends the task. By a message, because timers wait 4 ms and `scheduler.yield` is missing in WebKit. */
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
