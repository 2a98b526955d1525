import { useTranslation } from 'react-i18next';
import { useFormats } from '@/ui/format';
import classes from './talk.module.css';

/** The line between two days of a conversation. */
export function Day({ at }: { at: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const midnight = (date: Date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(new Date()) - midnight(new Date(at))) / 86_400_000);
  const name = days === 0 ? t('chat.today') : days === 1 ? t('chat.yesterday') : formats.date(at);
  return (
    <div className={classes.day}>
      <time dateTime={at}>{name}</time>
    </div>
  );
}
