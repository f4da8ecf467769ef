// The routes of the people's API as a table. Every route but those made by `openGet` needs a verified person; nothing
// a caller sent is read before that, and no role can be forgotten: each route names who may use it.

import * as z from 'zod';
import type { RequestContext } from '../../../core/deps.ts';
import type { VerifiedPerson } from '../../../core/people/person.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { Action, HttpRequest } from '../endpoint.ts';
import { bearerToken, refuseForeignPage } from './bearer.ts';
import { readBody, readQuery } from './body.ts';

/** Who calls: the person, and the token that proved it. */
export interface Caller {
  readonly person: VerifiedPerson;
  readonly idToken: string;
}

/** One call of a route. */
export interface Call<Input> extends Caller {
  /** Variables of the path. */
  readonly path: Readonly<Record<string, string>>;
  /** Body or query, of the route's shape. */
  readonly input: Input;
  readonly context: RequestContext;
}

/** Lets a person pass or refuses. */
export type Admission = (person: VerifiedPerson) => void;

/** For routes whose core function itself decides who may what. */
export const anySignedIn: Admission = () => undefined;

interface RouteName {
  /** `/api/grants/{grantId}` */
  readonly path: string;
  /** In log lines and metrics. */
  readonly operation: string;
}

interface RouteOf<Schema extends z.ZodType> extends RouteName {
  readonly admit: Admission;
  readonly input: Schema;
  run(call: Call<z.output<Schema>>): Promise<unknown>;
}

/** What verifies callers. */
export interface Gate {
  /** Verifies an ID token. @throws Refusal `sign_in_rejected`, `issuer_unavailable` */
  verify(idToken: string): Promise<VerifiedPerson>;
  /** Origin of the console. */
  readonly origin: string;
}

/** One address with its one method. */
export interface PeopleRoute extends RouteName {
  readonly method: 'GET' | 'POST';
  /** Served without sign-in. */
  readonly open: boolean;
  answer(gate: Gate, asked: Asked): Promise<unknown>;
}

interface Asked {
  readonly request: HttpRequest;
  readonly path: Readonly<Record<string, string>>;
  readonly context: RequestContext;
}

/** A query without parameters. */
export const NOTHING = z.strictObject({});

/** A route that anybody may read. */
export function openGet(route: RouteName & { run(): Promise<unknown> }): PeopleRoute {
  const { path, operation, run } = route;
  return {
    method: 'GET',
    path,
    operation,
    open: true,
    answer: (_, { request }) => {
      readQuery(request, NOTHING);
      return run();
    },
  };
}

/** A route that reads. */
export function get<Schema extends z.ZodType>(route: RouteOf<Schema>): PeopleRoute {
  return signedIn('GET', route, (request) => readQuery(request, route.input));
}

/** A route that changes something. */
export function post<Schema extends z.ZodType>(route: RouteOf<Schema>): PeopleRoute {
  return signedIn('POST', route, (request) => {
    readQuery(request, NOTHING);
    return readBody(request, route.input);
  });
}

function signedIn<Schema extends z.ZodType>(
  method: PeopleRoute['method'],
  route: RouteOf<Schema>,
  read: (request: HttpRequest) => z.output<Schema>,
): PeopleRoute {
  const { path, operation, admit } = route;
  return {
    method,
    path,
    operation,
    open: false,
    async answer(gate, { request, path: variables, context }) {
      if (method === 'POST') refuseForeignPage(request, gate.origin);
      const idToken = bearerToken(request);
      const person = await gate.verify(idToken);
      const { issuer, subject } = person.person;
      context.log.note({ issuer, subject, signedIn: true });
      admit(person);
      return route.run({ person, idToken, path: variables, input: read(request), context });
    },
  };
}

/**
 * Chooses by path and method.
 * @throws Refusal `route_unknown`, `get_expected`, `post_expected`
 */
export function choosePeopleAction(
  routes: readonly PeopleRoute[],
  gate: Gate,
): (request: HttpRequest) => Action {
  return (request) => {
    const found = routes.flatMap((route) => {
      const path = matchPath(route.path, request.path);
      return path === undefined ? [] : [{ route, path }];
    });
    const [first] = found;
    if (first === undefined) throw new Refusal('route_unknown');
    const chosen = found.find(({ route }) => route.method === request.method);
    if (chosen === undefined)
      throw new Refusal(first.route.method === 'GET' ? 'get_expected' : 'post_expected');
    const { route, path } = chosen;
    return {
      operation: route.operation,
      role: 'client',
      run: async (context) => ({ status: 200, body: await route.answer(gate, { request, path, context }) }),
    };
  };
}

/** The path's variables, or undefined when it is another path. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split('/');
  const parts = path.split('/');
  if (names.length !== parts.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [at, name] of names.entries()) {
    const part = parts[at] ?? '';
    const variable = /^\{(\w+)\}$/.exec(name)?.[1];
    if (variable !== undefined && part !== '') variables[variable] = part;
    else if (part !== name) return undefined;
  }
  return variables;
}
