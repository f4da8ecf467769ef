// Which person a short name means: providers give subjects such as `7f0c2d1e-ada`, and people say `ada`. Only one who is
// meant for certain is: of two that a name fits, none.

/** As a record or a row names a person. */
export interface NamedPerson {
  readonly subject: string;
  readonly name?: string | undefined;
}

/** The subject itself, or the one person that the name fits: the end of a subject, or the name that the provider gave. */
export function meantPerson(given: string, people: readonly NamedPerson[]): string | undefined {
  if (people.some(({ subject }) => subject === given)) return given;
  const wanted = given.toLowerCase();
  const fitting = people.filter(
    ({ subject, name }) =>
      subject.toLowerCase().endsWith(`-${wanted}`) || name?.toLowerCase().split(' ').includes(wanted),
  );
  const [one, another] = new Set(fitting.map(({ subject }) => subject));
  return another === undefined ? one : undefined;
}
