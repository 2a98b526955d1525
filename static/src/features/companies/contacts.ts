import type { Lead } from '@/api/types';
import { plain } from '@/ui/text';

export interface Contact {
  key: string;
  name: string | null;
  email: string | null;
  phone: string | null;
}

type Named = Pick<Lead, 'name' | 'email' | 'phone'>;

/** The people that deals name, each once: with the same e-mail, or without one the same name, it is the same person. */
export function contactsOf(leads: readonly Named[]): Contact[] {
  const contacts = new Map<string, Contact>();
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
