import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCompanyName } from '@/api/companies';
import { useMayI, usePeople } from '@/api/queries';
import type { Contact } from '@/api/types';
import { formatCpf } from '@/ui/cpf';
import { Fact, Footnote, Section } from '@/ui/details';
import details from '@/ui/details.module.css';
import { useFormats } from '@/ui/format';
import list from '@/ui/list.module.css';
import { PersonAvatar } from '@/ui/person-avatar';
import { formatPhone } from '@/ui/phone';
import { cpfOf, extrasOf } from '../form-values';
import { Tags } from './tags';

/** What is known about the contact; what is not is left out. */
export function ContactFacts({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const people = usePeople();
  const owner = people.get(contact.owner_id ?? '');
  const maker = people.get(contact.created_by ?? '');
  const { phone, email, region, tags, company_id, notes, custom } = contact;
  const cpf = cpfOf(custom);
  const when = formats.relative(contact.created_at);
  return (
    <Section title={t('contacts.facts')}>
      <dl className={details.facts}>
        <Fact label={t('contacts.phone')}>
          {phone && (
            <>
              <Anchor href={`tel:${phone}`} className="tabular">
                {formatPhone(phone)}
              </Anchor>
              {'\n'}
              <Anchor href={`https://wa.me/${phone.slice(1)}`} target="_blank" rel="noopener noreferrer">
                {t('contacts.whatsapp')}
              </Anchor>
            </>
          )}
        </Fact>
        <Fact label={t('contacts.email')}>{email && <Anchor href={`mailto:${email}`}>{email}</Anchor>}</Fact>
        <Fact label={t('contacts.company')}>{company_id && <CompanyLink id={company_id} />}</Fact>
        <Fact label={t('contacts.owner')}>
          {owner && (
            <span className={list.owner}>
              <PersonAvatar person={owner} size={22} label="" />
              {owner.full_name}
            </span>
          )}
        </Fact>
        <Fact label={t('contacts.cpf')}>{cpf && <span className="tabular">{formatCpf(cpf)}</span>}</Fact>
        <Fact label={t('contacts.region')}>{region}</Fact>
        <Fact label={t('contacts.tags')}>{tags.length > 0 && <Tags tags={tags} />}</Fact>
        {extrasOf(custom).map(({ name, value }) => (
          <Fact key={name} label={name}>
            {value}
          </Fact>
        ))}
        <Fact label={t('contacts.notes')}>{notes}</Fact>
      </dl>
      {isUnknown(contact) && <p className={details.quiet}>{t('contacts.noFacts')}</p>}
      <Footnote
        record={contact}
        made={maker ? t('contacts.madeBy', { when, who: maker.full_name }) : t('contacts.made', { when })}
        changed={t('contacts.changed', { when: formats.relative(contact.updated_at) })}
      />
    </Section>
  );
}

/** Whether nothing but a name is known. */
function isUnknown({ phone, email, region, tags, company_id, owner_id, notes, custom }: Contact): boolean {
  const texts = [phone, email, region, company_id, owner_id, notes, cpfOf(custom)];
  return texts.every((text) => text === null) && tags.length === 0 && extrasOf(custom).length === 0;
}

function CompanyLink({ id }: { id: string }) {
  const mayRead = useMayI('companies.read');
  const name = useCompanyName(mayRead ? id : null);
  if (!name) return null;
  return (
    <Anchor component={Link} to={`/companies/${id}`}>
      {name}
    </Anchor>
  );
}
