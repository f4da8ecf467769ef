// What the audit trail is called on the event bus.

/** Source of its events: the functions of the trail may use this one alone, and no other function may. */
export const TRAIL_SOURCE = 'remit.audit';
