/** Telephone numbers are kept as E.164 has them; Brazilian ones are shown as people here write them. */
export function formatPhone(phone: string): string {
  const match = /^\+55(\d{2})(\d{4,5})(\d{4})$/.exec(phone.replace(/[\s-]/g, ''));
  return match ? `(${match[1]}) ${match[2]}-${match[3]}` : phone;
}

/** Where WhatsApp opens a conversation with this number. */
export const whatsAppLink = (phone: string): string => `https://wa.me/${phone.replace(/\D/g, '')}`;
