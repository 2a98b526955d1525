import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/queries';
import type { Company } from '@/api/types';
import { formatCnpj } from '@/ui/cnpj';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import classes from './companies.module.css';
import { Section } from './section';

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
      <dl className={classes.facts}>
        <Fact label={t('companies.owner')}>
          {owner && (
            <span className={classes.owner}>
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
      <p className={classes.footnote}>
        <span title={formats.dateTime(company.created_at)}>
          {maker
            ? t('companies.madeBy', { when: formats.relative(company.created_at), who: maker.full_name })
            : t('companies.made', { when: formats.relative(company.created_at) })}
        </span>
        <span title={formats.dateTime(company.updated_at)}>
          {t('companies.changed', { when: formats.relative(company.updated_at) })}
        </span>
      </p>
    </Section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
