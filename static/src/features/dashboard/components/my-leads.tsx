import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Overview } from '@/api/types';
import { useFormats } from '@/ui/format';
import { Panel } from '@/ui/panel';
import classes from './dashboard.module.css';

/** One's own open deals, those that close soonest first. */
export function MyLeads({ data: { my_leads: leads, stats } }: { data: Overview }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const note =
    stats.my_open_leads > 0
      ? t('dashboard.mineNote', {
          count: stats.my_open_leads,
          total: formats.moneyShort(stats.my_open_value),
        })
      : undefined;
  return (
    <Panel title={t('dashboard.mine')} {...(note && { note })}>
      {leads.length === 0 && <p className={classes.quiet}>{t('dashboard.noneMine')}</p>}
      <ul className={classes.mine}>
        {leads.map((lead) => (
          <li key={lead.id}>
            <div>
              <Link to={`/boards/${lead.board_id}/leads/${lead.id}`}>{lead.title}</Link>
              <span className={classes.stage} style={{ '--colour': lead.stage_color } as CSSProperties}>
                {lead.board_name} · {lead.stage_name}
              </span>
            </div>
            <div className={classes.mineFacts}>
              {lead.value !== null && <span>{formats.moneyShort(lead.value)}</span>}
              {lead.expected_close_date !== null && (
                <span data-overdue={lead.is_overdue || undefined}>
                  {lead.is_overdue
                    ? t('dashboard.overdueSince', { date: formats.dateShort(lead.expected_close_date) })
                    : formats.dateShort(lead.expected_close_date)}
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
