import { useTranslation } from 'react-i18next';
import { useFormats } from '@/ui/format';
import { useRules } from '../api';
import { heatOf, periodsOf, USUAL_BOUNDS } from '../periods';
import type { Client } from '../types';
import classes from './chip.module.css';

/** Days without a purchase, in the colour of their period. */
export function Days({ client }: { client: Pick<Client, 'days_since_purchase' | 'last_purchase_at'> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const bounds = useRules().data?.periods ?? USUAL_BOUNDS;
  const days = client.days_since_purchase;
  if (days === null || client.last_purchase_at === null) return null;
  return (
    <span
      className={classes.days}
      data-heat={heatOf(days, periodsOf(bounds))}
      title={t('floor.lastPurchase', { date: formats.date(client.last_purchase_at) })}
    >
      {t('floor.daysShort', { count: days })}
    </span>
  );
}
