// Recognises RSA moduli of the weak generator behind ROCA (CVE-2017-15361, Nemec et al. 2017): their primes are powers
// of 65537 modulo small primes, and so is the product. A sound modulus looks so once in about 2^27 or less.

const GENERATOR = 65_537n;
/** Small primes for which the powers of the generator leave residues out. */
const PRIMES = [11n, 13n, 17n, 19n, 37n, 53n, 61n, 71n, 73n, 79n, 97n, 103n, 107n, 109n, 127n, 151n, 157n];

const POWERS: readonly (readonly [bigint, ReadonlySet<bigint>])[] = PRIMES.map((prime) => [
  prime,
  powersModulo(prime),
]);

/** Whether the modulus is, for each small prime, among the powers of 65537. */
export function hasRocaFingerprint(modulus: bigint): boolean {
  return POWERS.every(([prime, powers]) => powers.has(modulus % prime));
}

function powersModulo(prime: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>();
  for (let power = 1n; !powers.has(power); power = (power * GENERATOR) % prime) powers.add(power);
  return powers;
}
