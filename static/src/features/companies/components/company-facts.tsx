import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/queries';
import type { Company } from '@/api/types';
import { formatCnpj } from '@/ui/cnpj';
import { Fact, Footnote, Section } from '@/ui/details';
import details from '@/ui/details.module.css';
import { useFormats } from '@/ui/format';
import list from '@/ui/list.module.css';
import { PersonAvatar } from '@/ui/person-avatar';

/** What is known about the company; what is not is left out. */
export function CompanyFacts({ company }: { company: Company }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const people = usePeople();
  const owner = people.get(company.owner_id ?? '');
  const maker = people.get(company.created_by ?? '');
  const { legal_name, cnpj, email, phone, website, industry, size, address, notes } = company;
  return (
    <Section title={t('companies.facts')}>
      <dl className={details.facts}>
        <Fact label={t('companies.owner')}>
          {owner && (
            <span className={list.owner}>
              <PersonAvatar person={owner} size={22} label="" />
              {owner.full_name}
            </span>
          )}
        </Fact>
        <Fact label={t('companies.legalName')}>{legal_name}</Fact>
        <Fact label={t('companies.cnpj')}>{cnpj && <span className="tabular">{formatCnpj(cnpj)}</span>}</Fact>
        <Fact label={t('companies.email')}>{email && <Anchor href={`mailto:${email}`}>{email}</Anchor>}</Fact>
        <Fact label={t('companies.phone')}>
          {phone && (
            <Anchor href={`tel:${phone}`} className="tabular">
              {phone}
            </Anchor>
          )}
        </Fact>
        <Fact label={t('companies.website')}>
          {website && (
            <Anchor href={website} target="_blank" rel="noopener noreferrer">
              {website.replace(/^https?:\/\//, '')}
            </Anchor>
          )}
        </Fact>
        <Fact label={t('companies.industry')}>{industry}</Fact>
        <Fact label={t('companies.size')}>{size && t(`companies.sizes.${size}`)}</Fact>
        <Fact label={t('companies.address')}>{address}</Fact>
        <Fact label={t('companies.notes')}>{notes}</Fact>
      </dl>
      <Footnote
        record={company}
        made={
          maker
            ? t('companies.madeBy', { when: formats.relative(company.created_at), who: maker.full_name })
            : t('companies.made', { when: formats.relative(company.created_at) })
        }
        changed={t('companies.changed', { when: formats.relative(company.updated_at) })}
      />
    </Section>
  );
}
