import { useTranslation } from 'react-i18next';
import { useFormats } from '@/ui/format';
import { daysSince, recency } from '../recency';
import classes from './contacts.module.css';

/** How many days ago somebody bought, and by a dot whether it is time to call. */
export function Recency({ at }: { at: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const days = daysSince(at);
  const stage = recency(days);
  return (
    <span
      className={classes.recency}
      data-recency={stage}
      title={`${formats.date(at)} · ${t(`contacts.recency.${stage}`)}`}
    >
      {t('contacts.daysAgo', { count: days })}
    </span>
  );
}
