// The one function of the WebAuthn library that signatures need, as a module of its own: it is loaded at the first
// signature, and a bundle leaves out what the library has for making passkeys.

/** Verifies a WebAuthn assertion. */
export { verifyAuthenticationResponse } from '@simplewebauthn/server';
