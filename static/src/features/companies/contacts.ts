import type { Contact, Lead } from '@/api/types';
import { plain } from '@/ui/text';

export interface NamedPerson {
  key: string;
  name: string | null;
  email: string | null;
  phone: string | null;
}

type Named = Pick<Lead, 'name' | 'email' | 'phone'>;

/** The people that deals name, each once: with the same e-mail, or without one the same name, it is the same person. */
export function contactsOf(leads: readonly Named[]): NamedPerson[] {
  const contacts = new Map<string, NamedPerson>();
  for (const { name, email, phone } of leads) {
    const key = plain(email ?? name ?? phone ?? '').trim();
    if (!key) continue;
    const known = contacts.get(key);
    contacts.set(key, {
      key,
      name: known?.name ?? name,
      email: known?.email ?? email,
      phone: known?.phone ?? phone,
    });
  }
  return [...contacts.values()];
}

/** Those whom only deals name: who is among the contacts, by e-mail or else by name, is left out. */
export function beside(contacts: readonly Contact[], named: readonly NamedPerson[]): NamedPerson[] {
  const known = new Set(
    contacts.flatMap(({ name, email }) => [plain(name), ...(email ? [plain(email)] : [])]),
  );
  return named.filter(({ name, email }) => !known.has(plain(email ?? name ?? '')));
}
