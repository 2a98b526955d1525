/** The order of a list, as an address and the server write it: `-created_at`. */
export interface Sort<Field extends string> {
  field: Field;
  descending: boolean;
}

/** Reads an order; one that is not known counts as not given. */
export function readSort<Field extends string>(
  text: string | null,
  fields: readonly Field[],
  otherwise: Sort<Field>,
): Sort<Field> {
  const descending = text?.startsWith('-') ?? false;
  const field = fields.find((known) => known === text?.replace(/^-/, ''));
  return field ? { field, descending } : otherwise;
}

export const sortText = ({ field, descending }: Sort<string>): string => `${descending ? '-' : ''}${field}`;

/** A column's heading was pressed: order by it, or turn its order round. */
export const sortedBy = <Field extends string>(
  current: Sort<Field>,
  field: Field,
  fromTheTop: boolean,
): Sort<Field> => ({ field, descending: current.field === field ? !current.descending : fromTheTop });

export function readPage(params: URLSearchParams): number {
  const page = Number(params.get('page'));
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}
