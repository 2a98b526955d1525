import type { TFunction } from 'i18next';
import { firstName } from '@/ui/person-avatar';
import type { Message } from './types';

/** A message in one line, for lists and quotes. */
export function describeMessage({ content, message_type, attachment }: Message, t: TFunction): string {
  if (content) return content.replace(/\s+/g, ' ');
  return attachment?.filename ?? t(`inbox.kinds.${message_type}`);
}

/** Who said it, as colleagues call each other. */
export function speaker({ sender_type, sender_user_id, sender_name }: Message, t: TFunction, me: string) {
  if (sender_type === 'bot') return t('inbox.bot');
  if (sender_type === 'system') return '';
  return sender_user_id === me ? t('chat.you') : firstName(sender_name);
}
