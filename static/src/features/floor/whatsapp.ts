/** Where WhatsApp opens a conversation with this number. */
export const whatsAppLink = (phone: string): string => `https://wa.me/${phone.replace(/\D/g, '')}`;
