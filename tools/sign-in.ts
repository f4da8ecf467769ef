// Prints an ID token of a person of local mode: node --import tsx tools/sign-in.ts http://localhost:8787 olga

import { signIn } from '../src/adapters/local/sign-in.ts';

const [brokerUrl = '', persona = ''] = process.argv.slice(2);
console.log(await signIn(brokerUrl, persona));
