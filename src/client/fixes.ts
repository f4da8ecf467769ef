// What to do about each refusal, in one sentence; shown beside the broker's own sentence.

/** Code → fix. Codes that are not here need no more than the broker's sentence. */
export const FIXES: Readonly<Record<string, string>> = {
  // of the broker
  assertion_rejected:
    "check that the catalog's issuers.yaml lists the issuer, audience and algorithm of your assertion",
  assertion_replayed: 'let the platform mint a new assertion; a file or variable can be shown only once here',
  assertion_bound:
    'wait for the platform to renew the token, or use one proof key everywhere (--key-file, REMIT_KEY_FILE)',
  assertion_missing:
    'set REMIT_ASSERTION or REMIT_ASSERTION_FILE, or run where the platform attests the workload',
  proof_invalid: "check this machine's clock, and that --broker is exactly the address the broker publishes",
  proof_required: 'use the key that the grant was requested with (--key-file, REMIT_KEY_FILE)',
  agent_unknown:
    "add a binding for this workload's issuer and subject to catalog/agents/<agent>.yaml and deploy",
  agent_inactive: "ask the agent's owner whether it was suspended or retired",
  stopped: 'ask an operator: remit kill list shows who stopped it, when and why',
  review_overdue:
    'have its owner or an administrator review it: remit reviews show <agent>, then the console (remit reviews confirm <agent>)',
  task_unknown: 'check the spelling of --task against catalog/tasks/, and that the catalog is deployed',
  policy_denied: 'remit explain with the same agent, task and parameters shows the ruling and the policies',
  budget_exceeded:
    'try again later; budgets are in catalog/tasks/<task>.yaml and catalog/agents/<agent>.yaml',
  budget_too_small: 'ask for less; the budget is in catalog/tasks/<task>.yaml',
  budget_busy: 'try again in a moment',
  environment_mismatch: 'ask for a task of the environment that the agent belongs to',
  details_malformed:
    'the purpose is one line of at most 500 characters that people can see; docs/clients.md shows the whole',
  purpose_missing: 'say why with --purpose',
  parameter_invalid:
    'the answer names the parameter and the rule; remit explain with the same options says what it may be',
  grant_unknown: 'ask for the task again; a grant belongs to the workload and handle that asked for it',
  grant_ended: 'ask for the task again if it must go on',
  grant_pending: 'have an approver decide, then try again',
  grant_lapsed: 'ask for the task again, and tell the approvers that it waits',
  grant_changed: 'ask for the task again: a deployment changed what it grants',
  approval_invalid:
    'ask for the task again; somebody who approved may have lost the passkey or left the group since',
  asked_too_often: 'try again in the next hour of UTC, and ask only for what people have to decide',
  approval_queue_full: 'ask the approvers to decide on what waits, then try again',
  grant_denied: 'talk to the approvers: remit approvals show <grant> shows them who decided what',
  leases_used_up: 'ask for the task again; it allows only so many leases for each grant',
  policy_error: 'remit catalog check finds the policy; until then nothing is granted',
  misconfigured: 'give the request id to the operators of Remit',
  internal_error: 'try again; if it stays, give the request id to the operators of Remit',
  issuer_unavailable: 'try again in a moment',
  credentials_unavailable: 'try again in a moment; a role that was just deployed needs some seconds',
  store_unavailable: 'try again in a moment',
  stop_not_on: 'remit kill list tells what is stopped; write the name as it stands there',
  kill_target_unknown:
    'check the spelling: remit grants, remit agents list, catalog/tasks/ and catalog/issuers.yaml tell what there is',
  agent_not_retired: 'remit agents retire <agent> --reason <why> --wait retires it and waits for the proof',
  agent_not_found: 'remit agents list --status active (or proposed, suspended, retired) tells their names',
  agent_malformed:
    'mend that member: remit agents register --help shows a whole file; the owner is of exactly the issuer that people sign in at, an issuer of bindings is its address in catalog/issuers.yaml; a review is at most 90 days ahead',
  move_illegal:
    'remit agents show <agent> tells its state and who brought it there; a retired agent stays so: register another',
  binding_taken:
    'give the agent an identity of its own, such as another role: one belongs to one agent, also after its retirement; of an agent that was to be registered nothing is left but its name, and it can be registered again',
  agent_without_identity:
    'give it identities: put it back into the catalog, or register it again under the same name if it was withdrawn; otherwise retire it',
  agent_catalogued: 'change catalog/agents/<agent>.yaml and deploy; remit agents suspend stops it at once',
  agent_exists: 'take another name, or remit agents update <agent> for what may be changed of this one',
  widening_unsigned:
    'an administrator signs it in the console: Give groups, or Add a workload, on the page of the agent (POST /api/acts/challenge with agent.widen or agent.bind); a group that a policy holds back is taken away by remit agents update',
  group_not_assignable:
    'leave the group out; those that may be given are under runtimeAssignable in catalog/groups.yaml',
  // of the client itself
  broker_unreachable: 'check --broker (REMIT_BROKER) and the network; locally, start it with remit dev',
  broker_timeout: 'check the network between here and the broker, then try again',
  broker_garbled: 'check that --broker (REMIT_BROKER) is the base URL of a Remit broker',
  broker_error: 'try again in a moment',
  assertion_unavailable: 'see docs/clients.md for where assertions come from on each platform',
  assertion_audience: 'ask the platform for a token for that audience, or set --audience (REMIT_AUDIENCE)',
  assertion_expired: 'have the platform renew the token; a file must be kept fresh by whoever writes it',
  lease_over: 'ask for the task again; the lease ended before the broker could renew it',
  closed: 'the grant was completed here; start anew',
};
