// The one catalogue of refusals. A caller gets the code, the OAuth error, one fixed sentence and the request
// id; the log and the audit event get detail and cause. Sentences stay within RFC 6749 §5.2's character set.
// HTTP status codes are chosen by adapters/http alone.

/** OAuth error, or `assertion`: one that differs per grant type (RFC 8693 §2.2.2, RFC 7523 §3.1, §3.2). */
type ErrorName =
  | 'assertion'
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'invalid_authorization_details'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'access_denied'
  | 'authorization_pending'
  | 'slow_down'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'expired_token'
  | 'temporarily_unavailable'
  | 'server_error';

interface RefusalEntry {
  readonly error: ErrorName;
  readonly sentence: string;
}

const entry = (error: ErrorName, sentence: string): RefusalEntry => ({ error, sentence });

/** Stable code → OAuth error and the fixed sentence, which names the fix where there is one. */
export const REFUSALS = {
  // the request's form
  method_not_allowed: entry('invalid_request', 'Use POST with a form body.'),
  document_method: entry('invalid_request', 'Use GET for this document.'),
  content_type_unsupported: entry('invalid_request', 'Send application/x-www-form-urlencoded.'),
  body_too_large: entry('invalid_request', 'The request body is too large.'),
  form_malformed: entry('invalid_request', 'The form body cannot be read.'),
  parameter_repeated: entry('invalid_request', 'A form parameter is repeated; send each one once.'),
  parameter_missing: entry('invalid_request', 'A required form parameter is missing.'),
  parameter_not_expected: entry('invalid_request', 'A form parameter does not belong to this request.'),
  authentication_repeated: entry('invalid_request', 'Authenticate in one way only.'),
  grant_type_unsupported: entry('unsupported_grant_type', 'This grant type is not supported.'),
  token_type_unsupported: entry('invalid_request', 'This token type is not supported.'),
  details_malformed: entry(
    'invalid_authorization_details',
    'Send authorization_details as a JSON array with one remit_task.',
  ),
  purpose_missing: entry('invalid_authorization_details', 'Say the purpose of the task.'),
  parameter_invalid: entry(
    'invalid_authorization_details',
    'The parameters of the task do not have the form that the catalog says.',
  ),
  route_unknown: entry('invalid_request', 'There is nothing at this address.'),
  // who asks
  assertion_rejected: entry('assertion', 'The assertion was not accepted.'),
  assertion_replayed: entry('assertion', 'The assertion was used before; send a fresh one.'),
  assertion_bound: entry(
    'assertion',
    'The assertion is bound to another key or handle; send that one, or a fresh assertion.',
  ),
  server_unknown: entry('invalid_client', 'This workload is not a resource server of the catalog.'),
  assertion_missing: entry('invalid_client', 'Send a workload assertion.'),
  proof_invalid: entry('invalid_dpop_proof', 'The DPoP proof was not accepted.'),
  proof_required: entry('invalid_dpop_proof', 'This needs a DPoP proof with the bound key.'),
  request_repeated: entry(
    'invalid_grant',
    'This request was made before; its grant stands, its credentials are not given twice.',
  ),
  idempotency_key_reused: entry('invalid_request', 'This Idempotency-Key was used for another request.'),
  idempotency_key_malformed: entry(
    'invalid_request',
    'The Idempotency-Key is 1 to 128 printable characters.',
  ),
  agent_unknown: entry('access_denied', 'This workload is not bound to an agent.'),
  agent_inactive: entry('access_denied', 'This agent is not active.'),
  stopped: entry('access_denied', 'Operators have stopped this; nothing is issued until they lift it.'),
  review_overdue: entry('access_denied', 'The review of this agent is overdue; its owner must review it.'),
  // what it asks for
  target_unsupported: entry('invalid_target', 'AWS credentials take no resource or audience; leave it out.'),
  task_unknown: entry('invalid_target', 'The catalog has no such task.'),
  policy_denied: entry('access_denied', 'No policy lets this agent do this task with these parameters.'),
  environment_mismatch: entry('access_denied', 'The agent and the task belong to different environments.'),
  policy_error: entry('server_error', 'The policies could not be evaluated; the request is refused.'),
  budget_exceeded: entry(
    'temporarily_unavailable',
    'The budget of this agent or task is used up for now; try again after the seconds of Retry-After.',
  ),
  budget_too_small: entry(
    'access_denied',
    'This request alone is more than the budget of the task allows in a day.',
  ),
  budget_busy: entry(
    'temporarily_unavailable',
    'Too many requests of this agent at once count against its budget; try again.',
  ),
  // a grant
  grant_unknown: entry('invalid_grant', 'There is no such grant for this workload and handle.'),
  grant_ended: entry('invalid_grant', 'The grant has ended; ask for the task again if it must go on.'),
  grant_pending: entry('authorization_pending', 'A person has to decide; ask again after the interval.'),
  grant_denied: entry('access_denied', 'The request was denied.'),
  grant_lapsed: entry('expired_token', 'Nobody decided in time; ask for the task again.'),
  grant_changed: entry('invalid_grant', 'What the catalog grants has changed since; ask for the task again.'),
  poll_too_early: entry('slow_down', 'Polled too early; wait five seconds longer between polls.'),
  approval_redeemed: entry(
    'invalid_grant',
    'This approval was redeemed; renew with grant_id and grant_handle, or ask for the task again.',
  ),
  approval_invalid: entry(
    'access_denied',
    'The evidence of the approvals does not verify; nothing is granted.',
  ),
  approval_queue_full: entry(
    'temporarily_unavailable',
    'The people who decide on this task have too many requests waiting, or too many of this agent; try again later.',
  ),
  asked_too_often: entry(
    'temporarily_unavailable',
    'The agent has asked people as often as one agent may within an hour.',
  ),
  renewal_too_early: entry('slow_down', 'The lease in hand is fresh; renew after half its life.'),
  renewal_conflict: entry('slow_down', 'Another renewal of this grant is under way; try again shortly.'),
  leases_used_up: entry('invalid_grant', 'The grant has had all the leases it may have.'),
  // people
  get_expected: entry('invalid_request', 'Use GET here.'),
  post_expected: entry('invalid_request', 'Use POST with a JSON body here.'),
  json_expected: entry('invalid_request', 'Send application/json.'),
  query_malformed: entry(
    'invalid_request',
    'The query has a parameter that is unknown, repeated or malformed.',
  ),
  page_foreign: entry('access_denied', 'Only pages of the console may send this.'),
  sign_in_required: entry('invalid_token', 'Sign in: this needs the ID token of a person.'),
  sign_in_rejected: entry('invalid_token', 'The sign-in was not accepted or is over; sign in again.'),
  role_missing: entry('insufficient_scope', 'Your groups do not let you do this.'),
  body_malformed: entry(
    'invalid_request',
    'Send a JSON object with the members that the documentation says.',
  ),
  request_unknown: entry('invalid_request', 'There is no such request, or it is not yours to see.'),
  not_an_approver: entry('insufficient_scope', 'You carry none of the groups that decide on this task.'),
  owner_may_not_decide: entry(
    'insufficient_scope',
    'The owner of an agent does not decide on its requests; another approver has to.',
  ),
  owner_unknown: entry(
    'insufficient_scope',
    'The owner of this agent is of another identity provider, so nobody can approve; transfer the agent to a person who signs in here.',
  ),
  decided_already: entry('invalid_request', 'You have decided on this request already.'),
  request_closed: entry('invalid_request', 'This request is no longer open; its outcome stands.'),
  request_changed: entry(
    'invalid_request',
    'What the catalog would grant has changed since the request was made; it has lapsed.',
  ),
  request_damaged: entry(
    'server_error',
    'The row of this request does not hold together; nobody can decide on it.',
  ),
  reason_missing: entry('invalid_request', 'Say why.'),
  challenge_unknown: entry('invalid_request', 'This challenge is unknown, used or too old; start again.'),
  passkey_rejected: entry('invalid_request', 'The answer of the passkey was not accepted; start again.'),
  passkey_unknown: entry(
    'invalid_request',
    'There is no such passkey of this person, or it does not count yet.',
  ),
  passkey_too_new: entry(
    'insufficient_scope',
    'This passkey was enrolled after the request was made; it cannot decide it.',
  ),
  passkeys_full: entry('invalid_request', 'You have as many passkeys as one person may; remove one first.'),
  confirmer_not_qualified: entry(
    'insufficient_scope',
    'A passkey is confirmed by an administrator or by another person who has one.',
  ),
  // agents and kills, by people
  agent_exists: entry('invalid_request', 'There is an agent of this name already.'),
  agent_not_found: entry('invalid_request', 'There is no agent of this name.'),
  agent_not_retired: entry(
    'invalid_request',
    'This agent is not retired; what is only suspended can come back, and nothing is proven of it.',
  ),
  proof_damaged: entry(
    'server_error',
    'The stored proof of this agent does not hold together, or another key has signed it.',
  ),
  agent_malformed: entry('invalid_request', 'The agent does not have the form that the catalog allows.'),
  agent_catalogued: entry('invalid_request', 'This agent comes from the catalog; change it there.'),
  agent_changed: entry('invalid_request', 'Somebody else changed this agent just now; look again.'),
  move_illegal: entry('invalid_request', 'An agent in this state cannot be moved so.'),
  binding_taken: entry('invalid_request', 'One of these identities belongs to another agent.'),
  agent_without_identity: entry(
    'invalid_request',
    'This agent has no identity, so nothing could ever ask as it.',
  ),
  group_not_assignable: entry(
    'invalid_request',
    'Agents registered at run time get only the groups that the catalog marks as assignable.',
  ),
  widening_unsigned: entry(
    'invalid_request',
    'What lets an agent that acts do more is signed: further groups or identities, or leaving a group that a policy holds back.',
  ),
  stop_not_on: entry('invalid_request', 'No such switch is on; nothing was lifted.'),
  act_unsigned: entry(
    'invalid_request',
    'This act is signed with a passkey; open a challenge for it and answer that.',
  ),
  act_interrupted: entry(
    'invalid_request',
    'This act broke off and may be half done; look at what it was about, and do it again where it is missing.',
  ),
  kill_target_unknown: entry('invalid_request', 'There is no such grant, agent, task or issuer to stop.'),
  question_unknown: entry('invalid_request', 'There is no such question.'),
  question_malformed: entry(
    'invalid_request',
    'The question lacks a parameter, or has one that does not fit.',
  ),
  // the world
  issuer_unavailable: entry(
    'temporarily_unavailable',
    'The keys of the issuer cannot be had now; try again.',
  ),
  credentials_unavailable: entry('temporarily_unavailable', 'AWS did not issue credentials; try again.'),
  store_unavailable: entry('temporarily_unavailable', 'The grant table cannot be reached; try again.'),
  misconfigured: entry('server_error', 'Remit is not configured for this; its operators have been told.'),
  internal_error: entry('server_error', 'Something went wrong on our side; nothing was granted.'),
} as const satisfies Record<string, RefusalEntry>;

export type RefusalCode = keyof typeof REFUSALS;

interface RefusalOptions {
  /** For the log and the audit event only; never a token or an expected value. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** Public members added to the answer, such as `grant_id`. */
  readonly members?: Readonly<Record<string, string | number>>;
}

/** The only error that leaves the core on purpose. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly detail: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly members: Readonly<Record<string, string | number>>;

  constructor(code: RefusalCode, options: RefusalOptions = {}) {
    super(REFUSALS[code].sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.members = options.members ?? {};
  }

  /** OAuth error name, or `assertion` where it depends on the grant type. */
  get error(): ErrorName {
    return REFUSALS[this.code].error;
  }
}
