import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PersonAvatar } from '@/ui/person-avatar';
import { useClientTarget } from '../dnd';
import { useFloorUi } from '../store';
import type { Seller } from '../types';
import classes from './floor.module.css';

/** The sellers who are not there: what they contacted stays theirs, and what somebody places with them nevertheless. */
export function Away({ sellers }: { sellers: readonly Seller[] }) {
  const { t } = useTranslation();
  return (
    <section className={classes.away} aria-label={t('floor.away')}>
      <h2>{t('floor.away')}</h2>
      <ul>
        {sellers.map((seller) => (
          <AwaySeller key={seller.id} seller={seller} />
        ))}
      </ul>
    </section>
  );
}

function AwaySeller({ seller }: { seller: Seller }) {
  const { t } = useTranslation();
  const target = useRef<HTMLLIElement>(null);
  useClientTarget(target, seller.id);
  const isOver = useFloorUi((ui) => ui.over === seller.id);
  return (
    <li ref={target} data-over={isOver || undefined}>
      <PersonAvatar person={{ id: seller.id, full_name: seller.name }} size={24} label="" />
      <span className={classes.awayText}>
        <Link to={`/floor/clients?seller=${seller.id}`}>{seller.name}</Link>
        <span className="tabular">
          {seller.is_paused && `${t('floor.paused')} · `}
          {t('floor.load', { pending: seller.pending, count: seller.contacted })}
        </span>
      </span>
    </li>
  );
}
