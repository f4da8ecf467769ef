// A Lambda handler that is built with its first event: nothing is read or connected while the module loads.

/** Builds once, then hands every event to what was built. A build that fails is tried again. */
export function onFirstEvent<Event, Result>(
  build: () => (event: Event) => Promise<Result>,
): (event: Event) => Promise<Result> {
  let built: ((event: Event) => Promise<Result>) | undefined;
  return (event) => {
    built ??= build();
    return built(event);
  };
}
