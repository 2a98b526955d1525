import { Table, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePeople } from '@/api/queries';
import type { Contact } from '@/api/types';
import { useFormats } from '@/ui/format';
import { ListTable, Nothing, SortHeading } from '@/ui/list';
import list from '@/ui/list.module.css';
import { PersonAvatar } from '@/ui/person-avatar';
import { formatPhone } from '@/ui/phone';
import { type ListState, resorted, type SortField } from '../list-state';
import { Recency } from './recency';
import { Tags } from './tags';

interface Props {
  contacts: Contact[];
  state: ListState;
  onChange(change: Partial<ListState>): void;
  /** While what is shown is still the page before. */
  stale: boolean;
}

export function ContactTable({ contacts, state, onChange, stale }: Props) {
  const { t } = useTranslation();
  const heading = (field: SortField, figure = false) => (
    <SortHeading
      field={field}
      label={t(`contacts.sort.${field}`)}
      sort={state.sort}
      figure={figure}
      onSort={() => onChange({ sort: resorted(state.sort, field) })}
    />
  );
  return (
    <ListTable
      stale={stale}
      head={
        <>
          {heading('name')}
          <Table.Th>{t('contacts.tags')}</Table.Th>
          <Table.Th>{t('contacts.region')}</Table.Th>
          <Table.Th>{t('contacts.owner')}</Table.Th>
          {heading('last_purchase_at')}
          {heading('total_spent', true)}
        </>
      }
    >
      {contacts.map((contact) => (
        <Row key={contact.id} contact={contact} onChange={onChange} />
      ))}
    </ListTable>
  );
}

function Row({ contact, onChange }: { contact: Contact; onChange: Props['onChange'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const owner = usePeople().get(contact.owner_id ?? '');
  const { id, name, phone, email, region, tags, last_purchase_at, order_count, total_spent } = contact;
  return (
    <Table.Tr>
      <Table.Td className={list.nameCell}>
        <Link to={`/contacts/${id}`} className={list.name}>
          {name}
        </Link>
        <span className={list.sub}>{phone ? formatPhone(phone) : email}</span>
      </Table.Td>
      <Table.Td data-label={t('contacts.tags')} data-empty={tags.length === 0 || undefined}>
        {tags.length > 0 ? <Tags tags={tags} onTag={(tag) => onChange({ tag })} /> : <Nothing />}
      </Table.Td>
      <Table.Td data-label={t('contacts.region')} data-empty={!region || undefined}>
        {region ? (
          <UnstyledButton
            className={list.filterBy}
            title={t('common.filterBy', { value: region })}
            onClick={() => onChange({ region })}
          >
            {region}
          </UnstyledButton>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td data-label={t('contacts.owner')} data-empty={!owner || undefined}>
        {owner ? (
          <span className={list.owner}>
            <PersonAvatar person={owner} size={22} label="" />
            {owner.full_name}
          </span>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td
        data-label={t('contacts.sort.last_purchase_at')}
        data-empty={last_purchase_at === null || undefined}
      >
        {last_purchase_at === null ? <Nothing /> : <Recency at={last_purchase_at} />}
      </Table.Td>
      <Table.Td
        data-label={t('contacts.sort.total_spent')}
        data-empty={order_count === 0 || undefined}
        className={list.figure}
      >
        {order_count > 0 ? (
          <span>
            {formats.moneyShort(total_spent)}
            <span className={list.sub}>{t('contacts.purchaseCount', { count: order_count })}</span>
          </span>
        ) : (
          <Nothing />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
