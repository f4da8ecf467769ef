// What a workload is made of, who may make one, and what a refusal gives away.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../src/core/refusal.ts';
import { seconds, setScene } from '../../support/attack.ts';
import { refusalOf } from '../../support/requests.ts';

const ROOT = join(import.meta.dirname, '../../..');

function sourceFiles(): string[] {
  return ['src', 'lambda', 'cli', 'lib'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('a workload', () => {
  test('[VERIFY-1] says who, by whom, until when', async () => {
    const scene = await setScene();
    const workload = await scene.verify(await scene.sign({ jti: 'id-1', team: 'billing' }));
    expect(workload).toMatchObject({
      issuer: scene.config,
      subject: 'billing',
      assertionId: 'id-1',
      assertionExpiresAt: new Date((seconds(scene.now) + 300) * 1000),
    });
    expect(workload.claims['team']).toBe('billing');
    expect(Object.isFrozen(workload)).toBe(true);
  });

  test('[VERIFY-19] an id is a bounded, printable string', async () => {
    const scene = await setScene();
    for (const jti of ['', 5, null, ['id'], 'x'.repeat(257), 'a\nb']) {
      await scene.expectRefused(scene.sign({ jti }), 'jti');
    }
    await scene.verify(await scene.sign({ jti: 'x'.repeat(256) }));
  });

  test('[VERIFY-22] is made in one place', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(50);
    const casting = files.filter((file) => /\bas (?:unknown as )?Workload\b/.test(read(file)));
    expect(casting).toEqual(['src/core/verify/workload.ts']);
    const callers = files.filter((file) => /\bmakeWorkload\(/.test(read(file)));
    expect(callers.sort()).toEqual(['src/core/verify/assertion.ts', 'src/core/verify/workload.ts']);
  });
});

describe('a refusal', () => {
  test('[VERIFY-24] has one sentence for every reason, and names nothing of the token', async () => {
    const scene = await setScene();
    const secret = 'very-secret-value';
    const tokens = [
      await scene.sign({ sub: `${secret}\n` }),
      await scene.sign({ aud: secret }),
      await scene.sign({ iss: `https://${secret}.dev` }),
      await scene.sign({}, { kid: secret }),
      await scene.sign({}, { typ: secret }),
      await scene.sign({}, { [secret]: 1 }),
      scene.signRaw(`{"${secret}":`),
      `${await scene.sign({ filler: secret })}x`,
    ];
    const refusals = await Promise.all(tokens.map((token) => refusalOf(scene.verify(token))));
    expect(new Set(refusals.map(({ message }) => message)).size).toBe(1);
    expect(new Set(refusals.map(({ detail }) => detail)).size).toBe(tokens.length);
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(Refusal);
      const logged = [
        refusal.detail,
        String(refusal.cause),
        (refusal.cause as Error | undefined)?.stack,
      ].join();
      expect(logged).not.toContain(secret);
      expect(logged).not.toContain(scene.config.audience);
      expect(logged).not.toMatch(/eyJ/);
    }
  });

  test('[VERIFY-24] of the key source passes through as it is', async () => {
    const scene = await setScene();
    const keys = {
      find: async () => {
        throw new Refusal('issuer_unavailable', { retryAfterSeconds: 30 });
      },
    };
    const refusal = await refusalOf(scene.verify(await scene.sign(), { keys }));
    expect(refusal).toMatchObject({ code: 'issuer_unavailable', retryAfterSeconds: 30 });
  });
});
