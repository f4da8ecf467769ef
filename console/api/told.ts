// Shapes of the core as JSON tells them.

/** A field that an API of before does not tell: during a deployment the page may be newer than the API. */
export type Untold = undefined;

/** Dates become ISO texts; everything else stays as it is. */
export type Told<Value> = Value extends Date
  ? string
  : Value extends string | number | boolean | null | undefined
    ? Value
    : Value extends readonly (infer Item)[]
      ? readonly Told<Item>[]
      : { readonly [Key in keyof Value]: Told<Value[Key]> };
