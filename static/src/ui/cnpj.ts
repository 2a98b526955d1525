/** `12ABC34501DE35` → `12.ABC.345/01DE-35`; what is not a whole number stays as it was written. */
export function formatCnpj(text: string): string {
  const match = /^(\w{2})(\w{3})(\w{3})(\w{4})(\d{2})$/.exec(text);
  return match ? `${match[1]}.${match[2]}.${match[3]}/${match[4]}-${match[5]}` : text;
}
