import { IconAlertTriangle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Delivery, Message } from '../types';
import classes from './message.module.css';

const ICONS: Record<Delivery, typeof IconCheck> = {
  queued: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertTriangle,
};

/** How far what we said has come. */
export function Ticks({ message, size }: { message: Message; size: number }) {
  const { t } = useTranslation();
  const { delivery } = message;
  const Icon = ICONS[delivery];
  return (
    <Icon
      size={size}
      stroke={1.9}
      className={classes.ticks}
      data-delivery={delivery}
      role="img"
      aria-label={t(`inbox.delivery.${delivery}`)}
    />
  );
}
