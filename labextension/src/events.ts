import type { Event } from '@jupyterlab/services';

import type { RunHistoryModel } from './model';

/** The event that says that a run has moved to another status. */
const RUN_STATUS = 'urn:omnidomain-jupyter:run_status';

/** Give the server's hints to the model, as long as it lives. */
export function followEvents(
  events: Event.IManager,
  model: RunHistoryModel
): void {
  const onEvent = (_: Event.IManager, event: Event.Emission): void => {
    if (model.isDisposed) {
      events.stream.disconnect(onEvent);
    } else if (
      event.schema_id === RUN_STATUS &&
      typeof event.run_id === 'string'
    ) {
      // Anybody who may write events can send one: it is a hint, never the truth.
      model.hint(event.run_id);
    }
  };
  events.stream.connect(onEvent);
}
