// What may be large goes to the kernel in slices, each acknowledged: one message of some
// megabytes would cut the kernel's connection.
const SLICE = 120000; // bytes
const AHEAD = 4; // slices that are on their way at a time
const PATIENCE = 4000; // milliseconds without an acknowledgement

const size = (bytes) => `${(bytes / 1e6).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`;

export function sender(model) {
  let current = null; // what is on its way; whatever is chosen meanwhile takes its place
  const onTaken = (message) => {
    if (message.kind !== "taken" || message.id !== current?.id) return;
    current.taken = message.bytes;
    current.wake?.();
  };
  model.on("msg:custom", onTaken);

  const acknowledged = (sending, tell) =>
    new Promise((resolve) => {
      const late = setTimeout(() => tell("Waiting for the kernel, which is busy …"), PATIENCE);
      sending.wake = () => {
        clearTimeout(late);
        resolve();
      };
    });

  // `about` says what it is, `tell` is given how far it is; resolves when all of it has arrived.
  const send = async (about, blob, tell) => {
    const sending = { id: Math.random().toString(36).slice(2), taken: 0 };
    current?.wake?.();
    current = sending;
    const until = async (taken) => {
      while (current === sending && sending.taken < taken) {
        await acknowledged(sending, tell);
        if (blob.size > SLICE) tell(`${size(sending.taken)} of ${size(blob.size)} …`);
      }
    };
    let start = 0;
    do {
      const slice = await blob.slice(start, start + SLICE).arrayBuffer();
      if (current !== sending) return;
      model.send({ kind: "slice", id: sending.id, start, size: blob.size, ...about }, undefined, [slice]);
      start += slice.byteLength;
      await until(Math.min(start, start - (AHEAD - 1) * SLICE));
    } while (start < blob.size);
    await until(blob.size);
  };
  return { send, end: () => model.off("msg:custom", onTaken) };
}
