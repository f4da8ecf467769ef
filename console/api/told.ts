// Shapes of the core as JSON tells them.

/** Dates become ISO texts; everything else stays as it is. */
export type Told<Value> = Value extends Date
  ? string
  : Value extends string | number | boolean | null | undefined
    ? Value
    : Value extends readonly (infer Item)[]
      ? readonly Told<Item>[]
      : { readonly [Key in keyof Value]: Told<Value[Key]> };
