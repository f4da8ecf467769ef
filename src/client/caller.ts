// How a workload shows who it is: a fresh, checked assertion on each call, and a DPoP proof where a key is used.
// An assertion that the platform hands out repeatedly is bound by the broker to its first use; with a key of ours
// it may stand for several grants, so there a key is used unasked.

import { type Answer, refusalCode } from './answers.ts';
import { checkAssertion, describeAssertion } from './assertions/check.ts';
import type { AssertionSource } from './assertions/source.ts';
import { BrokerError } from './broker-error.ts';
import { createProofKey, type ProofKey } from './proof-key.ts';
import type { Transport } from './transport.ts';

/** A call that needs an assertion. */
export interface Call {
  readonly path: string;
  readonly form: (assertion: string) => Record<string, string>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Show the assertion as `Authorization: Bearer` instead of in the form. */
  readonly bearer?: boolean;
  /** Thumbprint of the key that this call must prove. */
  readonly boundKey?: string | undefined;
}

/** One workload, calling one broker. */
export interface Caller {
  /** One try. @throws BrokerError of the source or of the network; refusals are answers. */
  post(call: Call): Promise<Answer>;
  /** The key that calls are proven with by now. */
  key(): ProofKey | undefined;
  /** From now on every call is proven. */
  prove(): Promise<void>;
}

/** Who calls, and what its assertions and proofs must be. */
export interface CallerOptions {
  readonly assertions: AssertionSource;
  /** Audience that assertions must have. @default the broker's base URL, where the platform is told one */
  readonly audience?: string | undefined;
  /** Opens the key that calls are proven with. @default one key for the whole process */
  readonly openProofKey?: (() => Promise<ProofKey>) | undefined;
  /** Prove every call, also where neither the broker nor the assertion asks for it. @default false */
  readonly alwaysProve?: boolean | undefined;
}

/** A caller over this transport. */
export function createCaller(transport: Transport, options: CallerOptions): Caller {
  const { assertions, openProofKey = processKey } = options;
  let key: ProofKey | undefined;
  const prove = async () => {
    key ??= await openProofKey();
  };
  return {
    key: () => key,
    prove,
    async post(call) {
      const assertion = await freshAssertion(transport.broker, options);
      if (options.alwaysProve || assertions.repeats || call.boundKey !== undefined) await prove();
      requireKey(key, call.boundKey);
      const url = `${transport.broker}${call.path}`;
      const answer = await transport.post({
        path: call.path,
        form: call.form(assertion),
        headers: {
          ...call.headers,
          ...(call.bearer && { authorization: `Bearer ${assertion}` }),
          ...(key && { dpop: await key.prove({ method: 'POST', url }) }),
        },
      });
      explainRejection(answer, assertion, assertions);
      return answer;
    },
  };
}

function requireKey(key: ProofKey | undefined, thumbprint: string | undefined): void {
  if (thumbprint === undefined || key?.thumbprint === thumbprint) return;
  throw new BrokerError('The grant is bound to a proof key that this process does not have.', {
    code: 'proof_required',
  });
}

async function freshAssertion(broker: string, options: CallerOptions): Promise<string> {
  const { assertions, audience } = options;
  const assertion = await assertions.fetch(audience ?? broker);
  const expected = assertions.choosesAudience ? (audience ?? broker) : audience;
  checkAssertion(assertion, assertions, { audience: expected, now: Date.now() });
  return assertion;
}

/** The broker does not say what it disliked; the caller may know what it has shown. */
function explainRejection(answer: Answer, assertion: string, source: AssertionSource): void {
  if (refusalCode(answer) !== 'assertion_rejected') return;
  throw new BrokerError(`The broker did not accept the assertion from ${source.name}.`, {
    code: 'assertion_rejected',
    requestId: answer.requestId,
    fix: `it has ${describeAssertion(assertion)}; catalog/issuers.yaml and the agent's bindings must say exactly that`,
  });
}

let shared: Promise<ProofKey> | undefined;

/** One key for the whole process: the same assertion then serves all its grants. */
function processKey(): Promise<ProofKey> {
  shared ??= createProofKey();
  return shared;
}
