// CPU of one routine exchange in the core, against one strict verification of the same RS256 token by jose.

import { importJWK, jwtVerify } from 'jose';
import { startTask } from '../src/core/exchange.ts';
import { verifyAssertion } from '../src/core/verify/assertion.ts';
import { cpuMicroseconds } from './cpu.ts';
import type { Figure, Measurement } from './figure.ts';
import { instantDeps } from './instant-ports.ts';
import { ASKED, setScene } from './scene.ts';

// past the tiers of the WebAssembly compiler, whose threads count as well
const PLAN = { warmUp: 2000, block: 200, blocks: 15 };

async function run(): Promise<readonly Figure[]> {
  const scene = await setScene('RS256');
  const deps = instantDeps(scene);
  const context = { requestId: 'bench', log: { note: () => undefined } };
  const key = await importJWK(scene.signer.keySet.keys[0] ?? {}, 'RS256');
  const strict = {
    issuer: scene.issuer.issuer,
    audience: scene.issuer.audience,
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    maxTokenAge: 3600,
    clockTolerance: 30,
  };
  let customer = 10_000_000;
  const unseen = () => {
    customer += 1;
    return { ...ASKED, parameters: { ...ASKED.parameters, customer: `cus_${customer}` } };
  };
  const cpu = await cpuMicroseconds(
    {
      first: () => startTask(deps, { shown: { assertion: scene.nextAssertion() }, asked: unseen() }, context),
      exchange: () => startTask(deps, { shown: { assertion: scene.nextAssertion() }, asked: ASKED }, context),
      verify: () =>
        verifyAssertion(scene.nextAssertion(), { issuers: [scene.issuer], keys: deps.keys }, new Date()),
      jose: () => jwtVerify(scene.nextAssertion(), key, strict),
    },
    PLAN,
  );
  return [
    {
      name: 'core exchange ÷ jose.jwtVerify, RS256',
      value: cpu.exchange / cpu.jose,
      unit: '×',
      aim: { atMost: 3 },
    },
    {
      name: 'the same with parameters never seen ÷ jose.jwtVerify',
      value: cpu.first / cpu.jose,
      unit: '×',
      note: 'Cedar evaluates; a ruling on the same question is remembered',
    },
    { name: 'one exchange in the core', value: cpu.exchange, unit: 'µs CPU' },
    { name: 'of it, verifying the assertion', value: cpu.verify, unit: 'µs CPU' },
    { name: 'one jose.jwtVerify', value: cpu.jose, unit: 'µs CPU' },
  ];
}

export const coreExchange: Measurement = { name: 'core', title: 'CPU of an exchange in the core', run };
