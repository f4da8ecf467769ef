// The people's identity provider as functions get it: JSON in one environment variable, checked when it is read.

import * as z from 'zod';

/** What ID tokens may be signed with; symmetric algorithms never. */
export const PEOPLE_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;

/** A `PeopleIssuer` of src/core/people/person.ts. */
export const peopleIssuer = z.strictObject({
  issuer: z.url(),
  audience: z.string().min(1).max(1000),
  groupsClaim: z.string().min(1).max(128),
  algorithms: z.array(z.enum(PEOPLE_ALGORITHMS)).min(1),
  jwksUri: z.url().exactOptional(),
  roles: z.strictObject({
    viewer: z.array(z.string().min(1)),
    operator: z.array(z.string().min(1)),
    administrator: z.array(z.string().min(1)),
  }),
});

/** Reads the JSON of the environment. */
export function parsePeople(text: string, context: z.RefinementCtx): z.output<typeof peopleIssuer> {
  try {
    const parsed = peopleIssuer.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: z.prettifyError(parsed.error) });
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
  }
  return z.NEVER;
}
