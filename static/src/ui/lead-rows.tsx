import type { ComponentProps } from 'react';
import { Link } from 'react-router';
import { usePeople } from '@/api/queries';
import type { Lead } from '@/api/types';
import { PagedRows } from './details';
import details from './details.module.css';
import { useFormats } from './format';
import list from './list.module.css';
import { PersonAvatar } from './person-avatar';

type Query = ComponentProps<typeof PagedRows<Lead>>['query'];

/** Deals of something else, each a link to its card. */
export function LeadRows({ query, empty }: { query: Query; empty: string }) {
  const formats = useFormats();
  const people = usePeople();
  return (
    <PagedRows query={query} empty={empty}>
      {(lead) => {
        const owner = people.get(lead.assigned_to ?? '');
        return (
          <li key={lead.id}>
            <Link to={`/boards/${lead.board_id}/leads/${lead.id}`} className={list.name}>
              {lead.title}
            </Link>
            <span className={details.rowFacts}>
              {lead.value !== null && <span className="tabular">{formats.moneyShort(lead.value)}</span>}
              <span title={formats.dateTime(lead.updated_at)}>{formats.relative(lead.updated_at)}</span>
              {owner && <PersonAvatar person={owner} size={22} />}
            </span>
          </li>
        );
      }}
    </PagedRows>
  );
}
