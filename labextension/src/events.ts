import type { Event } from '@jupyterlab/services';

/** The event that says that a run has moved to another status. */
const RUN_STATUS = 'urn:omnidomain-jupyter:run_status';

/** Give the server's hints to somebody, as long as the page lives. */
export function followEvents(
  events: Event.IManager,
  hint: (runId: string) => void
): void {
  events.stream.connect((_: Event.IManager, event: Event.Emission) => {
    if (event.schema_id === RUN_STATUS && typeof event.run_id === 'string') {
      // Anybody who may write events can send one: it is a hint, never the truth.
      hint(event.run_id);
    }
  });
}
