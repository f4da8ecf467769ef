// Node 20's optimizer can abort the whole process after some thousand calls into WebAssembly ("unreachable code" in
// the deoptimizer), and Cedar is WebAssembly. Without inlining those calls it does not; Node 24 needs nothing.

import { setFlagsFromString } from 'node:v8';

const FIRST_WITHOUT_THE_FAULT = 24;

/** To be called before Cedar is first asked, in every long-running process that may run on Node 20. */
export function avoidInlinedWasmCalls(version = process.versions.node): void {
  if (Number.parseInt(version, 10) < FIRST_WITHOUT_THE_FAULT) {
    setFlagsFromString('--no-turbo-inline-js-wasm-calls');
  }
}
