/** Which column of a file holds what: the names by which the server knows columns (src/contacts/import/rows.rs), and what people choose. */
import { plain } from '@/ui/text';

export const FIELDS = [
  'name',
  'phone',
  'email',
  'region',
  'tags',
  'notes',
  'order_number',
  'ordered_at',
  'value',
  'product',
] as const;
export type Field = (typeof FIELDS)[number];

/** What a row must tell for its contact to have bought something. */
export const ORDER_FIELDS: readonly Field[] = ['order_number', 'ordered_at', 'value', 'product'];

const KNOWN: Record<Field, string> = {
  name: 'name nome cliente nomecompleto nomedocliente',
  phone: 'phone celular telefone fone whatsapp mobile',
  email: 'email correio mail',
  region: 'region regiao',
  tags: 'tags etiquetas marcadores',
  notes: 'notes observacoes observacao obs notas',
  order_number: 'ordernumber pedido numeropedido numerodopedido order',
  ordered_at: 'orderedat datapedido datadopedido datacompra datadacompra dataultimacompra ultimacompra',
  value: 'value valor valortotal valorpedido valordopedido ordervalue',
  product: 'product produto',
};

/** The name of the column that each field is read from. */
export type Mapping = Record<Field, string | null>;

/** What the names of the columns tell by themselves. */
export function detect(names: readonly string[]): Mapping {
  const simple = (name: string) => plain(name).replace(/[^\p{L}\p{N}]/gu, '');
  const columnOf = (field: Field) =>
    names.find((name) => KNOWN[field].split(' ').includes(simple(name))) ?? null;
  return Object.fromEntries(FIELDS.map((field) => [field, columnOf(field)])) as Mapping;
}

/** What the server cannot know by the names alone. */
export function told(detected: Mapping, chosen: Mapping): Partial<Record<Field, string>> {
  const entries = FIELDS.flatMap((field) => {
    const column = chosen[field];
    return column !== null && column !== detected[field] ? [[field, column] as const] : [];
  });
  return Object.fromEntries(entries);
}
