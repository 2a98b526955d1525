import type { TFunction } from 'i18next';
import type { Message } from './types';

/** A message in one line, for lists and quotes. */
export function describeMessage(message: Message, t: TFunction, me: string): string {
  if (message.deleted_at) return t('chat.deleted');
  if (message.message_type === 'system') return describeNotice(message, t, me);
  if (message.content) return message.content.replace(/\s+/g, ' ');
  if (message.message_type === 'image') return t('chat.image');
  return message.attachment?.filename ?? t('chat.file');
}

/** What a system message tells, in the reader's language. */
export function describeNotice({ notice, sender, content }: Message, t: TFunction, me: string): string {
  if (!notice) return content ?? '';
  const who = sender.id === me ? t('chat.you') : sender.name;
  const whom = notice.user?.id === me ? t('chat.you') : (notice.user?.name ?? '');
  return t(`chat.notice.${notice.kind}`, { who, whom, name: notice.name ?? '' });
}
