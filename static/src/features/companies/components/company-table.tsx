import { Badge, Table, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePeople } from '@/api/queries';
import type { Company } from '@/api/types';
import { formatCnpj } from '@/ui/cnpj';
import { useFormats } from '@/ui/format';
import { ListTable, Nothing, SortHeading } from '@/ui/list';
import classes from '@/ui/list.module.css';
import { PersonAvatar } from '@/ui/person-avatar';
import { type ListState, resorted, type SortField } from '../list-state';

interface Props {
  companies: Company[];
  state: ListState;
  onChange(change: Partial<ListState>): void;
  /** While what is shown is still the page before. */
  stale: boolean;
}

export function CompanyTable({ companies, state, onChange, stale }: Props) {
  const { t } = useTranslation();
  const heading = (field: SortField) => (
    <SortHeading
      field={field}
      label={t(`companies.sort.${field}`)}
      sort={state.sort}
      onSort={() => onChange({ sort: resorted(state.sort, field) })}
    />
  );
  return (
    <ListTable
      stale={stale}
      head={
        <>
          {heading('name')}
          {heading('industry')}
          {heading('size')}
          <Table.Th>{t('companies.owner')}</Table.Th>
          <Table.Th className={classes.figure}>{t('companies.openLeads')}</Table.Th>
          {heading('created_at')}
        </>
      }
    >
      {companies.map((company) => (
        <Row key={company.id} company={company} onIndustry={(industry) => onChange({ industry })} />
      ))}
    </ListTable>
  );
}

function Row({ company, onIndustry }: { company: Company; onIndustry(industry: string): void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const owner = usePeople().get(company.owner_id ?? '');
  const { industry, size } = company;
  return (
    <Table.Tr>
      <Table.Td className={classes.nameCell}>
        <Link to={`/companies/${company.id}`} className={classes.name}>
          {company.name}
        </Link>
        <span className={classes.sub}>
          {company.cnpj ? formatCnpj(company.cnpj) : (company.email ?? company.legal_name)}
        </span>
      </Table.Td>
      <Table.Td data-label={t('companies.industry')} data-empty={!industry || undefined}>
        {industry ? (
          <UnstyledButton
            className={classes.filterBy}
            title={t('common.filterBy', { value: industry })}
            onClick={() => onIndustry(industry)}
          >
            {industry}
          </UnstyledButton>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td data-label={t('companies.size')} data-empty={!size || undefined}>
        {size ? (
          <Badge variant="light" color="gray" tt="none">
            {t(`companies.sizes.${size}`)}
          </Badge>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td data-label={t('companies.owner')} data-empty={!owner || undefined}>
        {owner ? (
          <span className={classes.owner}>
            <PersonAvatar person={owner} size={22} label="" />
            {owner.full_name}
          </span>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td data-label={t('companies.openLeads')} className={classes.figure}>
        {company.open_lead_count > 0 ? (
          <span>
            {formats.number(company.open_lead_count)}
            <span className={classes.sub}>{formats.moneyShort(company.open_value)}</span>
          </span>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td data-label={t('companies.sort.created_at')}>
        <Text span size="sm" c="dimmed" title={formats.dateTime(company.created_at)}>
          {formats.date(company.created_at)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
